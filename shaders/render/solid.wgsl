// Solids: ambient light from above, one soft sun, and on machines the mark of their state.
#import render/view
#import render/solid-instance

@group(1) @binding(0) var<storage, read> solids: array<Solid>;

struct Surface {
  @builtin(position) position: vec4f,
  @location(0) normal: vec3f,
  /// Metres from the middle of the solid.
  @location(1) local: vec3f,
  @location(2) @interpolate(flat) colour: vec3f,
  /// The state to mark, or NOBODY.
  @location(3) @interpolate(flat) state: u32,
  /// Half the shorter side of its plan, in metres.
  @location(4) @interpolate(flat) span: f32,
}

@vertex
fn stand(@builtin(instance_index) index: u32, @location(0) corner: vec3f, @location(1) inset: vec3f, @location(2) normal: vec3f) -> Surface {
  let solid = solids[index];
  let local = corner * solid.half - inset * min(solid.chamfer, min(solid.half.x, min(solid.half.y, solid.half.z)));
  let c = cos(solid.yaw);
  let s = sin(solid.yaw);
  let turned = vec3f(c * local.x - s * local.y, s * local.x + c * local.y, local.z);
  var surface: Surface;
  surface.position = view.clip * vec4f(solid.centre + turned, 1.0);
  surface.normal = vec3f(c * normal.x - s * normal.y, s * normal.x + c * normal.y, normal.z);
  surface.local = local;
  surface.state = NOBODY;
  surface.span = min(solid.half.x, solid.half.y);
  var paint = solid.paint;
  if (solid.place != NOBODY) {
    surface.state = states[solid.place];
    paint = surface.state;
  }
  surface.colour = palette[paint].rgb;
  return surface;
}

const SUN = vec3f(-0.42, 0.50, 0.76);

@fragment
fn shade(surface: Surface) -> @location(0) vec4f {
  var colour = surface.colour;
  if (surface.state != NOBODY && surface.normal.z > 0.9) {
    let blur = view.pixel / surface.span;
    let ink = mark(surface.state, surface.local.xy / surface.span);
    let dark = dot(colour, vec3f(0.30, 0.59, 0.11)) < 0.55;
    let inked = select(colour * 0.30, mix(colour, vec3f(1.0), 0.92), dark);
    // Too small to read, a mark would only flicker.
    let seen = 1.0 - smoothstep(0.10, 0.30, blur);
    colour = mix(colour, inked, (1.0 - smoothstep(-blur, blur, ink)) * seen);
  }
  let normal = normalize(surface.normal);
  let sun = max(dot(normal, normalize(SUN)), 0.0);
  let sky = 0.5 + 0.5 * normal.z;
  return vec4f(colour * (0.50 + 0.16 * sky + 0.42 * sun), 1.0);
}

fn bar(p: vec2f, half: vec2f) -> f32 {
  let d = abs(p) - half;
  return max(d.x, d.y);
}

/// Signed distance (negative inside) to the mark of a state, on a face that reaches from −1 to 1.
fn mark(state: u32, p: vec2f) -> f32 {
  switch state {
    // Working: a triangle, as on a play button.
    case 0u: { return max(abs(p.y) * 0.866 + p.x * 0.5 - 0.27, -p.x - 0.34); }
    // Starved: an empty ring.
    case 1u: { return abs(length(p) - 0.40) - 0.09; }
    // Blocked: two bars, as on a pause button.
    case 2u: { return bar(vec2f(abs(p.x) - 0.24, p.y), vec2f(0.13, 0.48)); }
    // Failed: a cross.
    case 3u: {
      let q = abs(vec2f(p.x + p.y, p.x - p.y)) * 0.7071;
      return min(max(q.x - 0.13, q.y - 0.62), max(q.y - 0.13, q.x - 0.62));
    }
    // Setting up: three lines, as of a list to work through.
    case 4u: { return min(bar(p, vec2f(0.48, 0.08)), bar(vec2f(p.x, abs(p.y) - 0.34), vec2f(0.48, 0.08))); }
    // Maintenance: a plus.
    case 5u: { return min(bar(p, vec2f(0.50, 0.13)), bar(p, vec2f(0.13, 0.50))); }
    // Waiting for a person: a head over shoulders.
    case 6u: { return min(length(p + vec2f(0.0, 0.22)) - 0.20, max(length(p - vec2f(0.0, 0.48)) - 0.40, p.y - 0.44)); }
    // Off shift: a dash.
    default: { return bar(p, vec2f(0.42, 0.10)); }
  }
}
