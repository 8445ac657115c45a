// The same as src/stations/sink.ts.
#import shared/floor

/// A part leaves the plant, finished.
fn enterSink(node: u32, part: u32) {
  count(table(node + NODE_COUNTERS) + SINK_COUNTERS_FINISHED);
  finish(part);
}
