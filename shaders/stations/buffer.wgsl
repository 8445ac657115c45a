// The same as src/stations/buffer.do.ts.
#import shared/floor

/// A part comes in at the end of the line; says whether it is alone there, and so has to decide its way at once.
fn enterBuffer(node: u32, part: u32) -> bool {
  fill(node);
  count(L_COUNTERS + indexOf(node) * COUNTERS_PER_NODE + BUFFER_COUNTERS_ENTERED);
  return append(table(node + NODE_LINE), part);
}

/// The head of the line has been taken: its wait is booked.
fn leaveBuffer(node: u32, part: u32) {
  add(table(node + NODE_SUMS) + BUFFER_SUMS_WAIT, now - word(part + PART_SINCE));
  count(L_COUNTERS + indexOf(node) * COUNTERS_PER_NODE + BUFFER_COUNTERS_LEFT);
}
