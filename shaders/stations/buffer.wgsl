// The same as src/stations/buffer.ts.
#import shared/floor

/// A part comes in at the end of the line; if it is alone there it decides its way at once.
fn enterBuffer(node: u32, part: u32) {
  fill(node);
  count(table(node + NODE_COUNTERS) + BUFFER_COUNTERS_ENTERED);
  if (append(table(node + NODE_LINE), part)) {
    decide(part);
  }
}

/// The head of the line has been taken: its wait is booked and a place is free.
fn leaveBuffer(node: u32, part: u32) {
  add(table(node + NODE_SUMS) + BUFFER_SUMS_WAIT, now - word(part + PART_SINCE));
  count(table(node + NODE_COUNTERS) + BUFFER_COUNTERS_LEFT);
  vacate(node);
}

/// Whoever is at the head of the line now decides its way. Comes after the move, so that "shortest queue" sees where the last one went.
fn nextInLine(node: u32) {
  let next = head(table(node + NODE_LINE));
  if (next != NIL) {
    decide(next);
  }
}
