/** The ground: its grid, and the veil of shadows over all that is painted on it. The ground itself is the colour that the picture is cleared to. */
import gridCode from '../../shaders/render/ground.wgsl?link';
import veilCode from '../../shaders/render/veil.wgsl?link';
import { type Frame, type Pipelines, SHADOW_LEVELS, type Stage } from './stage.ts';
import { paint } from './theme.ts';

/** How much a shadow dims the ground. */
export const SHADE = 0.34;

export class GroundPass {
  private readonly grid: Pipelines;
  private readonly shade: Pipelines;

  constructor(stage: Stage) {
    const draw = (label: string, code: string, constants: Record<string, number>) =>
      stage.pipelines(label, stage.module(label, code), [], 'paint', { constants, topology: 'triangle-strip' });
    this.grid = draw('ground', gridCode, { GRID: paint('grid') });
    this.shade = draw('veil', veilCode, { SHADOW: paint('shadow'), STRENGTH: SHADE });
  }

  run({ pass, hasty }: Frame): void {
    pass.setPipeline(hasty ? this.grid.hasty : this.grid.full);
    pass.draw(4);
  }

  veil({ pass, hasty }: Frame): void {
    pass.setPipeline(hasty ? this.shade.hasty : this.shade.full);
    pass.draw(4, SHADOW_LEVELS);
  }
}
