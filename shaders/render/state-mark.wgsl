// Marks of states as shapes alone, for whoever has colours of their own.

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
