// What a surface is made of (src/view/model.ts), as src/view/stock.ts writes it.

struct Material {
  /// Linear; the fourth is the share that glows by itself.
  color: vec3f,
  glow: f32,
  metallic: f32,
  roughness: f32,
  tint: u32,
  /// Of lamps: bit s is set where they are lit in state s.
  states: u32,
  /// Layer of the images; 0: none.
  image: u32,
}

const PAINT = 1u;
const LAMP = 2u;
const PLATE = 3u;
