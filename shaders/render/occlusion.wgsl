// How much of the hall's light is kept from a point by what stands near it: ambient obscurance estimated from the depths around a pixel
// (McGuire, Osman, Bukowski and Hennessy, "The Alchemy screen-space ambient obscurance algorithm", 2011), at half the picture's size.
#import render/view

@group(1) @binding(0) var depths: texture_depth_multisampled_2d;

/// Metres within which things take light from one another; samples; and how dark it gets.
const RADIUS = 0.55;
const SAMPLES = 10u;
const STRENGTH = 1.15;

@vertex
fn cover(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
  return vec4f(f32(index & 1u) * 4.0 - 1.0, f32(index >> 1u) * 4.0 - 1.0, 0.0, 1.0);
}

@fragment
fn obscure(@builtin(position) at: vec4f) -> @location(0) vec4f {
  let pixel = vec2i(at.xy) * 2;
  let here = place(pixel);
  if (here.w > view.reach) { return vec4f(1.0); }
  let normal = normal_at(pixel, here.xyz);
  let radius = min(view.focal * RADIUS / here.w, 0.2 * view.viewport.y);
  // Closer than a pixel or two there is nothing to see.
  if (radius < 2.0) { return vec4f(1.0); }
  // A pattern that repeats every four pixels, taken out again by the blur (blur-occlusion.wgsl).
  let turn = 6.2831853 * f32((u32(at.x) & 3u) * 4u + (u32(at.y) & 3u)) / 16.0;
  var sum = 0.0;
  for (var i = 0u; i < SAMPLES; i++) {
    let share = (f32(i) + 0.5) / f32(SAMPLES);
    let angle = f32(i) * 2.3999632 + turn;
    let other = pixel + vec2i(radius * share * vec2f(cos(angle), sin(angle)));
    let apart = place(clamp(other, vec2i(0), vec2i(view.viewport) - 1)).xyz - here.xyz;
    let squared = dot(apart, apart);
    let near = max(0.0, 1.0 - squared / (RADIUS * RADIUS));
    sum += near * max(0.0, dot(apart, normal) - 0.008 - 0.0006 * here.w) / (squared + 0.003);
  }
  let open = max(0.0, 1.0 - STRENGTH * RADIUS * sum / f32(SAMPLES));
  return vec4f(max(open, 0.25));
}

/// The point of the world seen in a pixel, and its distance; where nothing stands, of the ground.
fn place(pixel: vec2i) -> vec4f {
  let depth = textureLoad(depths, pixel, 0);
  let screen = (vec2f(pixel) + 0.5) / view.viewport * vec2f(2.0, -2.0) + vec2f(-1.0, 1.0);
  let back = view.inverse * vec4f(screen, select(0.5, depth, depth > 0.0), 1.0);
  var at = back.xyz / back.w;
  if (depth <= 0.0) {
    let ray = at - view.eye;
    at = view.eye + ray * (view.eye.z / max(-ray.z, 1e-4 * length(ray)));
  }
  return vec4f(at, distance(at, view.eye));
}

/// From the neighbours that lie nearer: so edges keep to their own side.
fn normal_at(pixel: vec2i, here: vec3f) -> vec3f {
  let last = vec2i(view.viewport) - 1;
  let east = place(min(pixel + vec2i(1, 0), last)).xyz - here;
  let west = here - place(max(pixel - vec2i(1, 0), vec2i(0))).xyz;
  let south = place(min(pixel + vec2i(0, 1), last)).xyz - here;
  let north = here - place(max(pixel - vec2i(0, 1), vec2i(0))).xyz;
  let across = select(west, east, dot(east, east) < dot(west, west));
  let down = select(north, south, dot(south, south) < dot(north, north));
  let normal = cross(across, down);
  let length = length(normal);
  if (length < 1e-12) { return vec3f(0.0, 0.0, 1.0); }
  return normal * (sign(dot(normal, view.eye - here)) / length);
}
