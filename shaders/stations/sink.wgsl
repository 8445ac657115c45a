// The same as src/stations/sink.ts.
#import shared/floor

/// A part leaves the plant, finished.
fn enterSink(node: u32, part: u32) {
  count(countersOf(indexOf(node)) + SINK_COUNTERS_FINISHED);
  finish(part);
}
