// The same as src/stations/buffer.ts.
#import shared/floor

/// A part comes in at the end of the line; says whether it is alone there, and so has to decide its way at once.
fn enterBuffer(node: u32, line: u32, part: u32) -> bool {
  count(countersOf(indexOf(node)) + BUFFER_COUNTERS_ENTERED);
  return append(line, part);
}

/// The head of the line has been taken: its wait is booked.
fn leaveBuffer(node: u32, line: u32, part: u32) {
  add(sumsOfLine(line) + BUFFER_SUMS_WAIT, now - word(part + PART_SINCE));
  count(countersOf(indexOf(node)) + BUFFER_COUNTERS_LEFT);
}
