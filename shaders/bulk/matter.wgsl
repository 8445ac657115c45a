// What the kernels of loose parts share: the setting, the particles and what is kept about their contacts. SI units; z is up.
// A particle keeps its number for life; what is sorted are lists of numbers. Positions in f32 with the part that rounding left over.

struct Particle {
  place: vec3f,
  /// 0 while the particle is not there; then it waits at its source.
  radius: f32,
  /// At the time of the place, as the last forces foretell it.
  velocity: vec3f,
  mass: f32,
  /// rad/s, likewise.
  spin: vec3f,
  /// The radius when it is there.
  size: f32,
  /// What the last steps could not add to the place (Kahan 1965).
  rest: vec3f,
  /// The step at which it wants to come in, or NEVER.
  due: u32,
}

struct Wall {
  shape: u32,
  /// The step at which it is taken away, or NEVER.
  until: u32,
  /// Turns a step of its vibration, and its phase, in 2^-32 of a turn.
  turn: u32,
  phase: u32,
  point: vec3f,
  friction: f32,
  /// Plane: normal. Revolved: axis. Block: third half axis.
  axis: vec3f,
  damping: f32,
  /// Panel and block: first half axis. Revolved: radius and height at the beginning of the line, radius at its end.
  u: vec3f,
  rolling: f32,
  /// Panel and block: second half axis. Revolved: height at the end of the line.
  v: vec3f,
  /// Length of the swing.
  reach: f32,
  /// Displacement at the top of the vibration.
  swing: vec3f,
  /// Radians a second.
  pace: f32,
  /// Velocity of the surface besides the vibration: a belt.
  drift: vec3f,
  spare: f32,
}

struct Source {
  low: vec3f,
  /// Index of its first site among those of all sources.
  firstSite: u32,
  spacing: vec3f,
  jitter: f32,
  sites: vec3u,
  /// Particles below this number belong to this source or to one before.
  end: u32,
  velocity: vec3f,
  spare: u32,
}

struct Sink {
  low: vec3f,
  /// 1 where what leaves goes back to its source.
  returns: u32,
  high: vec3f,
  spare: u32,
}

struct Setting {
  gravity: vec3f,
  dt: f32,
  low: vec3f,
  /// Edge of a cell.
  cell: f32,
  high: vec3f,
  stiffness: f32,
  cells: vec3u,
  particles: u32,
  damping: f32,
  friction: f32,
  rolling: f32,
  /// Neighbours are those whose surfaces are less than this apart.
  skin: f32,
  walls: u32,
  sources: u32,
  sinks: u32,
  /// Places for neighbours of a particle.
  slots: u32,
  /// 1 where all moves in the plane y = 0.
  planar: u32,
  log: u32,
  seed: u32,
  cellCount: u32,
  source: array<Source, 4>,
  sink: array<Sink, 8>,
  wall: array<Wall, 32>,
}

/// What is known of a particle's neighbours.
struct Neighbours {
  count: u32,
  /// Bit c: place c holds a contact that lasts.
  contacts: u32,
  /// The walls that are near, a byte each, and NO_WALL behind them.
  walls: u32,
  /// For each of them a byte: 1 + the place of its contact, or 0.
  wallContacts: u32,
}

/// A contact that lasts: elongation of its tangential spring, from the lower number's side, and the other particle.
struct Contact {
  slip: vec3f,
  partner: u32,
}

struct Control {
  /// 1 where the lists of neighbours are to be made anew in this step.
  rebuild: atomic<u32>,
  /// Steps that have begun and steps that have ended: each is written where nobody reads it.
  step: u32,
  entered: atomic<u32>,
  /// Particles that went into a sink; the ring holds the last of them.
  logged: atomic<u32>,
  /// Particles that left the bounds elsewhere.
  escaped: atomic<u32>,
  /// Neighbours, lasting contacts and walls that found no slot.
  crowded: atomic<u32>,
  rebuilds: u32,
  ended: u32,
  left: array<atomic<u32>, 8>,
  /// Particles that had moved by more than half a skin when the lists were made.
  late: atomic<u32>,
}

/// Force and torque on a particle, without gravity.
struct Push {
  force: vec3f,
  torque: vec3f,
  /// Those of the step before.
  lastForce: vec3f,
  lastTorque: vec3f,
  /// Its place when the lists were made.
  origin: vec3f,
}

const NEVER = 0xffffffffu;
const NONE = 0xffffffffu;
/// Walls near a particle that are kept.
const NEAR_WALLS = 4u;
const NO_WALL = 0xffu;
/// Places for contacts that last, of each particle.
const CONTACTS = 16u;
/// Steps from one look at the lists of neighbours to the next.
const EVERY = 4u;
/// A neighbour in `partners`: its number, and above it 1 + the place of the contact, or 0.
const CONTACT_SHIFT = 24u;
const NUMBER = 0xffffffu;

@group(0) @binding(0) var<uniform> setting: Setting;
@group(0) @binding(1) var<storage, read_write> particles: array<Particle>;
@group(0) @binding(2) var<storage, read_write> neighbours: array<Neighbours>;
/// Slot k of particle i at k × particles + i.
@group(0) @binding(3) var<storage, read_write> partners: array<u32>;
/// Place c of particle i at c × particles + i. A contact stays where it is as long as it lasts, whatever becomes of the lists.
@group(0) @binding(4) var<storage, read_write> contacts: array<Contact>;
@group(0) @binding(5) var<storage, read_write> pushes: array<Push>;
@group(0) @binding(6) var<storage, read_write> control: Control;
/// Step, and number of the particle with the sink in the upper 8 bits.
@group(0) @binding(7) var<storage, read_write> departures: array<vec2u>;
/// The lowest number that wants the site.
@group(0) @binding(8) var<storage, read_write> bids: array<atomic<u32>>;
@group(0) @binding(9) var<storage, read_write> tally: array<atomic<u32>>;
/// Cell of a particle and its place among those that were counted there, in any order.
@group(0) @binding(10) var<storage, read_write> berths: array<vec2u>;
/// First of each cell in the sorted lists; one more than cells.
@group(0) @binding(11) var<storage, read_write> starts: array<u32>;
@group(0) @binding(12) var<storage, read_write> scattered: array<u32>;
@group(0) @binding(13) var<storage, read_write> sorted: array<vec4f>;
@group(0) @binding(14) var<storage, read_write> sortedNumbers: array<u32>;
/// Particles in each run of RUN cells; then those before it.
@group(0) @binding(15) var<storage, read_write> runs: array<u32>;

/// Cells that one invocation adds up.
const RUN = 64u;

fn cellAt(place: vec3f) -> vec3u {
  let cell = vec3i(floor((place - setting.low) / setting.cell));
  return vec3u(clamp(cell, vec3i(0), vec3i(setting.cells) - 1));
}

fn cellIndex(cell: vec3u) -> u32 {
  return (cell.z * setting.cells.y + cell.y) * setting.cells.x + cell.x;
}
