/** What stands for a model where it covers a few pixels: a box of twelve triangles. */
import { Mesh, material, type Vector } from './models/mesh.ts';
import type { Material, Model, Scenery } from './model.ts';

/** The name of what stands for a model. */
export const afar = (name: string): string => `${name} afar`;

/** Gives a scenery the boxes that stand for its parts. */
export function addAfar(scenery: Scenery): void {
  for (const { model } of scenery.parts) {
    const shape = scenery.models[model];
    if (shape) scenery.models[afar(model)] ??= boxOf(shape);
  }
}

function boxOf(model: Model): Model {
  const mesh = new Mesh();
  const middle = [0, 1, 2].map((axis) => (model.low[axis]! + model.high[axis]!) / 2) as Vector;
  const half = [0, 1, 2].map((axis) => Math.max(1e-3, (model.high[axis]! - model.low[axis]!) / 2)) as Vector;
  mesh.box(mostOf(model), middle, half);
  return mesh.model();
}

/** A plain material of the colour that most of a model has; a picture's is not known here. */
function mostOf({ materials }: Model): Material {
  const most = materials.find(({ tint }) => tint === 'paint') ?? materials[0] ?? material([0.6, 0.6, 0.6]);
  const { image: _, ...plain } = most;
  return plain;
}
