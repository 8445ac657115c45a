// Bodies: metal and paint in the light of one sun and of the hall above, and lamps and plates that show states in the very colours of the
// palette.
#import render/shadow
#import render/instance
#import render/material
#import render/mark

@group(1) @binding(0) var<storage, read> instances: array<Instance>;
/// By drawn instance its index into `instances`.
@group(1) @binding(1) var<storage, read> order: array<u32>;
@group(2) @binding(0) var<storage, read> materials: array<Material>;
@group(2) @binding(1) var images: texture_2d_array<f32>;
@group(2) @binding(2) var smooth_image: sampler;

/// Whether the model has materials with pictures, and such as show states: an emulated GPU pays for every branch that is there, taken or not.
override PICTURES: bool;
override STATES: bool;

struct Surface {
  @builtin(position) position: vec4f,
  @location(0) at: vec3f,
  @location(1) normal: vec3f,
  @location(2) uv: vec2f,
  @location(3) @interpolate(flat) material: u32,
  @location(4) @interpolate(flat) paint: u32,
  @location(5) @interpolate(flat) state: u32,
}

@vertex
fn stand(
  @builtin(instance_index) drawn: u32,
  @location(0) point: vec3f,
  @location(1) normal: vec3f,
  @location(2) uv: vec2f,
  @location(3) material: u32,
) -> Surface {
  let instance = instances[order[drawn]];
  let p = vec4f(point, 1.0);
  let at = vec3f(dot(instance.x, p), dot(instance.y, p), dot(instance.z, p));
  // Normals go with the cofactors of the matrix: right where it stretches, too.
  let a = vec3f(instance.x.x, instance.y.x, instance.z.x);
  let b = vec3f(instance.x.y, instance.y.y, instance.z.y);
  let c = vec3f(instance.x.z, instance.y.z, instance.z.z);
  let turned = cross(b, c) * normal.x + cross(c, a) * normal.y + cross(a, b) * normal.z;
  var surface: Surface;
  surface.position = view.clip * vec4f(at, 1.0);
  surface.at = at;
  surface.normal = turned / max(length(turned), 1e-12);
  surface.uv = uv;
  surface.material = material;
  surface.paint = instance.paint;
  surface.state = NOBODY;
  if (instance.place != NOBODY) { surface.state = states[instance.place]; }
  return surface;
}

/// Light of the sun and of the sky above and the floor below, of the brightness of white paper.
const SUN_LIGHT = vec3f(1.30, 1.26, 1.18);
const SKY_LIGHT = vec3f(0.62, 0.65, 0.70);
const FLOOR_LIGHT = vec3f(0.40, 0.39, 0.37);

@fragment
fn shade(surface: Surface) -> @location(0) vec4f {
  let material = materials[surface.material];
  // Derivatives are asked for where all pixels still go the same way.
  let across = dpdx(surface.uv);
  let down = dpdy(surface.uv);
  var colour = material.color.rgb;
  if (PICTURES && material.image > 0u) {
    colour *= linear_of(textureSampleGrad(images, smooth_image, surface.uv, material.image, across, down).rgb);
  }
  if (STATES && surface.state != NOBODY) {
    if (material.tint == PLATE) {
      return vec4f(plate(surface.state, surface.uv * 2.0 - 1.0, max(length(across), length(down)) * 2.0), 1.0);
    }
    if (material.tint == LAMP) {
      let lamp = palette[surface.state].rgb;
      if ((material.states & (1u << surface.state)) != 0u) { return vec4f(lamp, 1.0); }
      // Not lit: glass that has a colour of its own.
      colour = mix(colour, vec3f(0.10), 0.45);
    }
  }
  if (material.tint == PAINT) { colour *= linear_of(palette[surface.paint].rgb); }
  let normal = normalize(surface.normal);
  var light = lit(surface.at, normal, colour, material.metallic, max(material.roughness, 0.08));
  light = mix(light, colour, material.glow);
  return vec4f(screen_of(shoulder(light)), 1.0);
}

/// Linear light up to 0.8 as it is; above, ever less, towards 1.
fn shoulder(light: vec3f) -> vec3f {
  let over = max(light - 0.8, vec3f(0.0));
  return min(light, vec3f(0.8)) + 0.2 * (1.0 - exp(-over / 0.2));
}

/// Cook and Torrance's microfacets with the distribution of Trowbridge and Reitz (GGX), Smith's masking in the form of Schlick, and his
/// Fresnel term (Karis, "Real shading in Unreal Engine 4", 2013); around it a hemisphere of light, and Karis's fit of what it adds in gloss.
fn lit(at: vec3f, normal: vec3f, colour: vec3f, metallic: f32, roughness: f32) -> vec3f {
  let away = normalize(view.eye - at);
  let matte = colour * (1.0 - metallic);
  let facing = dot(normal, view.sun);
  if (view.taps < 2.0) {
    // A hasty picture has no gloss: metal is as bright as the hall is on the whole.
    let sun = select(0.0, facing * sunlight(at, normal), facing > 0.0);
    return mix(matte, colour * 0.9, metallic) * (mix(FLOOR_LIGHT, SKY_LIGHT, 0.5 + 0.5 * normal.z) + SUN_LIGHT * 0.55 * sun) + 0.02;
  }
  let towards = max(dot(normal, away), 1e-3);
  let gloss = mix(vec3f(0.04), colour, metallic);
  let reflected = reflect(-away, normal);
  var light = matte * mix(FLOOR_LIGHT, SKY_LIGHT, 0.5 + 0.5 * normal.z);
  let r = roughness * vec4f(-1.0, -0.0275, -0.572, 0.022) + vec4f(1.0, 0.0425, 1.04, -0.04);
  let a004 = min(r.x * r.x, exp2(-9.28 * towards)) * r.x + r.y;
  let fit = vec2f(-1.04, 1.04) * a004 + r.zw;
  // A rough surface sees a wide piece of the hall, a smooth one floor or ceiling.
  let horizon = smoothstep(-roughness - 0.05, roughness + 0.05, reflected.z);
  light += (gloss * fit.x + fit.y) * mix(FLOOR_LIGHT, SKY_LIGHT, horizon);
  if (facing <= 0.0) { return light; }
  let half_way = normalize(away + view.sun);
  let nh = max(dot(normal, half_way), 0.0);
  let vh = max(dot(away, half_way), 0.0);
  let alpha = roughness * roughness;
  let d = nh * nh * (alpha * alpha - 1.0) + 1.0;
  let spread = alpha * alpha / (3.14159265 * d * d);
  let k = (roughness + 1.0) * (roughness + 1.0) / 8.0;
  let masked = 1.0 / (4.0 * (towards * (1.0 - k) + k) * (facing * (1.0 - k) + k));
  let fresnel = gloss + (1.0 - gloss) * pow(1.0 - vh, 5.0);
  // π times the reflectance, for a sun given by the brightness of white paper under it.
  let direct = (1.0 - fresnel) * matte + 3.14159265 * spread * masked * fresnel;
  return light + direct * SUN_LIGHT * 0.55 * facing * sunlight(at, normal);
}
