// Names and counts: they face the screen and keep their size.
#import render/view

struct Label {
  /// Device pixels from the upper left of the screen, y down: its upper left corner; and its extent.
  corner: vec2f,
  extent: vec2f,
  /// Texels of the atlas.
  source: vec2f,
  paint: u32,
  halo: u32,
  opacity: f32,
}

@group(1) @binding(0) var<storage, read> labels: array<Label>;
@group(1) @binding(1) var atlas: texture_2d<f32>;
@group(1) @binding(2) var nearest: sampler;

struct Glyphs {
  @builtin(position) position: vec4f,
  @location(0) texel: vec2f,
  @location(1) @interpolate(flat) label: u32,
}

@vertex
fn face(@builtin(vertex_index) vertex: u32, @builtin(instance_index) index: u32) -> Glyphs {
  let label = labels[index];
  let corner = vec2f(f32(vertex & 1u), f32(vertex >> 1u));
  // On whole pixels, so that letters stay sharp.
  let at = (round(label.corner) + corner * label.extent) / view.viewport;
  return Glyphs(vec4f(at.x * 2.0 - 1.0, 1.0 - at.y * 2.0, 0.0, 1.0), label.source + corner * label.extent, index);
}

@fragment
fn ink(glyphs: Glyphs) -> @location(0) vec4f {
  let label = labels[glyphs.label];
  // Red holds the letters, blue letters and halo together.
  let sample = textureSampleLevel(atlas, nearest, glyphs.texel / vec2f(textureDimensions(atlas)), 0.0);
  let alpha = max(sample.b * 0.85, sample.r) * label.opacity;
  let colour = mix(palette[label.halo].rgb, palette[label.paint].rgb, sample.r / max(alpha / max(label.opacity, 1e-3), 1e-3));
  return vec4f(colour, alpha);
}
