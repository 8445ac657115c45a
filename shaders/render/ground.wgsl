// The grid of the ground: a hairline every metre that fades as one draws back, a firmer one every ten. One quad a line, so that
// the ground between costs nothing.
#import render/view

struct Line {
  @builtin(position) position: vec4f,
  /// Pixels from the middle of the line.
  @location(0) away: f32,
  @location(1) @interpolate(flat) strength: f32,
}

/// Lines of this draw: `count` in each direction, `step` metres apart, the first at the multiple below the corner.
struct Grid {
  corner: vec2f,
  step: f32,
  count: u32,
}

@group(1) @binding(0) var<storage, read> grids: array<Grid, 2>;

override GRID: u32;

@vertex
fn rule(@builtin(vertex_index) vertex: u32, @builtin(instance_index) index: u32) -> Line {
  let is_fine = index < 2u * grids[0].count;
  let grid = grids[select(1u, 0u, is_fine)];
  let number = select(index - 2u * grids[0].count, index, is_fine);
  let runs_north = number >= grid.count;
  let offset = f32(select(number, number - grid.count, runs_north)) * grid.step;
  let reach = f32(grid.count) * grid.step;
  let along = f32(vertex & 1u) * reach;
  let ends = select(vec2f(along, offset), vec2f(offset, along), runs_north);
  let across = select(vec2f(0.0, 1.0), vec2f(1.0, 0.0), runs_north);
  let clip = view.clip * vec4f(grid.corner + ends, 0.0, 1.0);
  // A pixel and a half to both sides on the screen, whatever the angle.
  let run = (view.clip * vec4f(across.yx, 0.0, 0.0)).xy * view.viewport;
  let normal = normalize(vec2f(-run.y, run.x));
  let side = f32(vertex >> 1u) * 2.0 - 1.0;
  let fade = select(1.0 - smoothstep(0.3, 0.9, view.pixel), 0.45 * (1.0 - smoothstep(0.02, 0.09, view.pixel)), is_fine);
  return Line(vec4f(clip.xy + normal * side * 1.5 * 2.0 / view.viewport, 1.0, 1.0), side * 1.5, fade);
}

@fragment
fn hairline(line: Line) -> @location(0) vec4f {
  return vec4f(palette[GRID].rgb, line.strength * clamp(1.0 - abs(line.away), 0.0, 1.0));
}
