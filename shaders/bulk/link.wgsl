// Makes the list of a particle's neighbours and of the walls near it. Contacts that last keep their slip: they are found again by number.
#import bulk/matter
#import bulk/wall

@compute @workgroup_size(64)
fn link(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= setting.particles || atomicLoad(&control.rebuild) == 0u || particles[i].radius == 0.0) {
    return;
  }
  let stride = setting.particles;
  let place = particles[i].place;
  let radius = particles[i].radius;
  let known = neighbours[i];
  var crowded = 0u;

  var held: array<u32, HELD>;
  var heldSlips: array<vec4f, HELD>;
  var holding = 0u;
  for (var bits = known.touching; bits != 0u; bits &= bits - 1u) {
    let slot = firstTrailingBit(bits) * stride + i;
    if (holding < HELD) {
      held[holding] = partners[slot];
      heldSlips[holding] = slips[slot];
      holding++;
    } else {
      crowded++;
    }
  }
  var wallSlips: array<vec4f, NEAR_WALLS>;
  for (var r = 0u; r < min(countOneBits(known.walls), NEAR_WALLS); r++) {
    wallSlips[r] = slips[(setting.slots + r) * stride + i];
  }

  var made = Neighbours(0u, 0u, 0u, 0u);
  let cell = cellAt(place);
  let low = vec3u(max(vec3i(cell) - 1, vec3i(0)));
  let high = min(cell + 1u, setting.cells - 1u);
  for (var z = low.z; z <= high.z; z++) {
    for (var y = low.y; y <= high.y; y++) {
      let last = starts[cellIndex(vec3u(high.x, y, z)) + 1u];
      for (var s = starts[cellIndex(vec3u(low.x, y, z))]; s < last; s++) {
        let other = sorted[s];
        let apart = other.xyz - place;
        let reach = radius + other.w + setting.skin;
        if (dot(apart, apart) >= reach * reach) {
          continue;
        }
        let j = sortedNumbers[s];
        if (j == i) {
          continue;
        }
        if (made.count == setting.slots) {
          crowded++;
          continue;
        }
        let slot = made.count * stride + i;
        partners[slot] = j;
        for (var h = 0u; h < holding; h++) {
          if (held[h] == j) {
            slips[slot] = heldSlips[h];
            made.touching |= 1u << made.count;
          }
        }
        made.count++;
      }
    }
  }

  var rank = 0u;
  for (var w = 0u; w < setting.walls; w++) {
    // A wall that swings comes nearer by as much.
    if (!stands(w, control.step) || toWall(w, place).w >= radius + setting.skin + setting.wall[w].reach) {
      continue;
    }
    if (rank == NEAR_WALLS) {
      crowded++;
      continue;
    }
    let bit = 1u << w;
    made.walls |= bit;
    if ((known.touchingWalls & bit) != 0u) {
      slips[(setting.slots + rank) * stride + i] = wallSlips[countOneBits(known.walls & (bit - 1u))];
      made.touchingWalls |= bit;
    }
    rank++;
  }
  neighbours[i] = made;
  if (crowded > 0u) {
    atomicAdd(&control.crowded, crowded);
  }
}
