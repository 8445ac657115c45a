// How far the batch is: counts the twins that still run and adds up how far each has come, in 1024ths of its time.
#import shared/twin

struct Survey {
  running: atomic<u32>,
  progress: atomic<u32>,
}

@group(0) @binding(3) var<storage, read_write> survey: Survey;

@compute @workgroup_size(WORKGROUP)
fn surveyTwins(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= slice.twins) {
    return;
  }
  takeColumn(id.x);
  if (word(HEAD_STATUS) == STATUS_RUNNING) {
    atomicAdd(&survey.running, 1u);
    atomicAdd(&survey.progress, word(HEAD_NOW) / (table(AT_RUN + RUN_END) / 1024u + 1u));
  } else {
    atomicAdd(&survey.progress, 1024u);
  }
}
