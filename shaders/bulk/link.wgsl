// Makes the list of a particle's neighbours and of the walls near it. Contacts that last stay in their places; what is new is
// where they are found.
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
  var count = 0u;
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
        if (count == setting.slots) {
          crowded++;
          continue;
        }
        partners[count * stride + i] = j;
        count++;
      }
    }
  }

  for (var bits = known.contacts; bits != 0u; bits &= bits - 1u) {
    let c = firstTrailingBit(bits);
    let partner = contacts[c * stride + i].partner;
    for (var k = 0u; k < count; k++) {
      if (partners[k * stride + i] == partner) {
        partners[k * stride + i] = partner | ((c + 1u) << CONTACT_SHIFT);
        break;
      }
    }
  }

  var walls = 0xffffffffu;
  var wallContacts = 0u;
  var shift = 0u;
  for (var w = 0u; w < setting.walls; w++) {
    // A wall that swings comes nearer by as much.
    if (!stands(w, control.step) || toWall(w, place).w >= radius + setting.skin + setting.wall[w].reach) {
      continue;
    }
    if (shift == 8u * NEAR_WALLS) {
      crowded++;
      continue;
    }
    walls = (walls & ~(0xffu << shift)) | (w << shift);
    for (var old = 0u; old < 32u; old += 8u) {
      if (((known.walls >> old) & 0xffu) == w) {
        wallContacts |= ((known.wallContacts >> old) & 0xffu) << shift;
      }
    }
    shift += 8u;
  }
  neighbours[i] = Neighbours(count, known.contacts, walls, wallContacts);
  if (crowded > 0u) {
    atomicAdd(&control.crowded, crowded);
  }
}
