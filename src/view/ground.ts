/** The ground: its grid, and the veil of shadows over all that is painted on it. The ground itself is the colour that the picture is cleared to. */
import gridCode from '../../shaders/render/ground.wgsl?link';
import veilCode from '../../shaders/render/veil.wgsl?link';
import type { Frame, Pipelines, Stage } from './stage.ts';
import { paint } from './theme.ts';

/** How much a shadow dims the ground. */
export const SHADE = 0.34;

export class GroundPass {
  private readonly grid: Pipelines;
  private readonly shade: Pipelines;

  constructor(stage: Stage) {
    this.grid = stage.pipelines('ground', stage.module('ground', gridCode), [], 'paint', { constants: { GRID: paint('grid') } });
    this.shade = stage.pipelines('veil', stage.module('veil', veilCode), [], 'paint', {
      constants: { SHADOW: paint('shadow'), STRENGTH: SHADE },
    });
  }

  run({ pass, hasty }: Frame): void {
    pass.setPipeline(hasty ? this.grid.hasty : this.grid.full);
    pass.draw(3);
  }

  veil({ pass, hasty }: Frame): void {
    pass.setPipeline(hasty ? this.shade.hasty : this.shade.full);
    pass.draw(3);
  }
}
