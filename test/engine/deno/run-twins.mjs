/**
 * Runs twins through Deno's WebGPU, whose WGSL compiler is naga: `deno run --allow-read=IN --allow-write=OUT --unstable-webgpu run-twins.mjs IN OUT`.
 * The order of the dispatches is that of GpuEngine.run. IN: JSON { plants: [{ kernels, tables, words, twins, seed, first, workgroup, events }] };
 * OUT: the final words of each plant's twins one after the other, replication-minor, as u32. Exits with 3 where there is no adapter.
 */
const [input, output] = Deno.args;
const { plants } = JSON.parse(Deno.readTextFileSync(input));
const adapter = await navigator.gpu?.requestAdapter();
if (!adapter) Deno.exit(3);
console.log([adapter.info?.vendor, adapter.info?.device, adapter.info?.description].filter(Boolean).join(' ') || 'adapter without a name');
const device = await adapter.requestDevice({
  requiredLimits: { maxStorageBufferBindingSize: adapter.limits.maxStorageBufferBindingSize, maxBufferSize: adapter.limits.maxBufferSize },
});
device.addEventListener('uncapturederror', ({ error }) => {
  console.error(error.message);
  Deno.exit(1);
});

const entry = (binding, type) => ({ binding, visibility: GPUShaderStage.COMPUTE, buffer: { type } });
const layout = device.createBindGroupLayout({
  entries: [entry(0, 'read-only-storage'), entry(1, 'storage'), entry(2, 'uniform'), entry(3, 'storage')],
});
const { STORAGE, UNIFORM, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
const buffer = (size, usage) => device.createBuffer({ size, usage });

/** The words that a copy of a buffer holds. */
async function read(source, size) {
  const copy = buffer(size, COPY_DST | MAP_READ);
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(source, 0, copy, 0, size);
  device.queue.submit([encoder.finish()]);
  await copy.mapAsync(GPUMapMode.READ);
  const words = new Uint32Array(copy.getMappedRange().slice(0));
  copy.destroy();
  return words;
}

async function run({ kernels, tables, words, twins, seed, first, workgroup, events }) {
  const pipelines = [];
  for (const [entryPoint, code] of Object.entries(kernels)) {
    device.pushErrorScope('validation');
    const module = device.createShaderModule({ label: entryPoint, code });
    const error = await device.popErrorScope();
    if (error) throw new Error(`${entryPoint}: ${error.message}`);
    const pipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [layout] });
    pipelines.push(device.createComputePipeline({ layout: pipelineLayout, compute: { module, entryPoint } }));
  }
  const [begin, ...slices] = pipelines;
  const tablesBuffer = buffer(tables.length * 4, STORAGE | COPY_DST);
  device.queue.writeBuffer(tablesBuffer, 0, new Uint32Array(tables));
  const blocks = buffer(words * twins * 4, STORAGE | COPY_SRC);
  const slice = buffer(16, UNIFORM | COPY_DST);
  device.queue.writeBuffer(slice, 0, new Uint32Array([twins, first, seed, events]));
  const survey = buffer(8, STORAGE | COPY_SRC | COPY_DST);
  const bind = device.createBindGroup({
    layout,
    entries: [tablesBuffer, blocks, slice, survey].map((each, binding) => ({ binding, resource: { buffer: each } })),
  });
  for (let fresh = true, running = twins; running > 0; fresh = false) {
    const encoder = device.createCommandEncoder();
    encoder.clearBuffer(survey);
    const pass = encoder.beginComputePass();
    pass.setBindGroup(0, bind);
    for (const pipeline of fresh ? [begin, ...slices] : slices) {
      pass.setPipeline(pipeline);
      pass.dispatchWorkgroups(Math.ceil(twins / workgroup));
    }
    pass.end();
    device.queue.submit([encoder.finish()]);
    [running] = await read(survey, 8);
  }
  return read(blocks, words * twins * 4);
}

const file = Deno.openSync(output, { write: true, create: true });
for (const plant of plants) {
  const bytes = new Uint8Array((await run(plant)).buffer);
  for (let written = 0; written < bytes.length; ) written += file.writeSync(bytes.subarray(written));
}
file.close();
Deno.exit(0);
