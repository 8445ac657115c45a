// Addressed random draws: Philox4x32-10 as Random123 gives it. The same as src/random.ts, word for word.

// The upper word of a × b. WGSL has no multiply-high, so: schoolbook in 16-bit halves, no partial sum of which exceeds 32 bits.
fn mulhi(a: u32, b: u32) -> u32 {
  let al = a & 0xffffu;
  let ah = a >> 16u;
  let bl = b & 0xffffu;
  let bh = b >> 16u;
  let middle = ah * bl + ((al * bl) >> 16u);
  let other = al * bh + (middle & 0xffffu);
  return ah * bh + (middle >> 16u) + (other >> 16u);
}

// One round: the multipliers act on words 0 and 2.
fn philoxRound(c: vec4<u32>, k: vec2<u32>) -> vec4<u32> {
  return vec4<u32>(
    mulhi(c.z, 0xcd9e8d57u) ^ c.y ^ k.x,
    c.z * 0xcd9e8d57u,
    mulhi(c.x, 0xd2511f53u) ^ c.w ^ k.y,
    c.x * 0xd2511f53u,
  );
}

// Counter and key to four random words. The ten round keys step by the golden ratio and by √3 − 1; they are written out, so that
// every one folds into an addition of a constant.
fn philox(c: vec4<u32>, k: vec2<u32>) -> vec4<u32> {
  var x = philoxRound(c, k);
  x = philoxRound(x, k + vec2<u32>(0x9e3779b9u, 0xbb67ae85u));
  x = philoxRound(x, k + vec2<u32>(0x3c6ef372u, 0x76cf5d0au));
  x = philoxRound(x, k + vec2<u32>(0xdaa66d2bu, 0x32370b8fu));
  x = philoxRound(x, k + vec2<u32>(0x78dde6e4u, 0xed9eba14u));
  x = philoxRound(x, k + vec2<u32>(0x1715609du, 0xa9066899u));
  x = philoxRound(x, k + vec2<u32>(0xb54cda56u, 0x646e171eu));
  x = philoxRound(x, k + vec2<u32>(0x5384540fu, 0x1fd5c5a3u));
  x = philoxRound(x, k + vec2<u32>(0xf1bbcdc8u, 0xdb3d7428u));
  x = philoxRound(x, k + vec2<u32>(0x8ff34781u, 0x96a522adu));
  return x;
}

// The n-th draw of the stream with hash (lo, hi).
fn draw(seed: u32, replication: u32, lo: u32, hi: u32, n: u32) -> u32 {
  let block = philox(vec4<u32>(n >> 2u, lo, hi, 0u), vec2<u32>(seed, replication));
  // Selects instead of block[n & 3]: a vector indexed by a variable is spilled to memory.
  let pair = select(block.xy, block.zw, (n & 2u) != 0u);
  return select(pair.x, pair.y, (n & 1u) != 0u);
}
