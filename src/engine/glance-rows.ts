/// <reference types="@webgpu/types" />
/** Puts glances of twins that ran on the CPU into the buffer of a run (`glance.ts`), by `shaders/place-glances.wgsl`. */
import placeGlances from '../../shaders/place-glances.wgsl?link';

/** Invocations a workgroup. */
const WORKGROUP = 64;

export class GlanceRows {
  private readonly device: GPUDevice;
  private readonly words: number;
  private readonly pipeline: GPUComputePipeline;

  /** @param words of a glance */
  constructor(device: GPUDevice, words: number) {
    const module = device.createShaderModule({ label: 'placeGlances', code: placeGlances });
    this.device = device;
    this.words = words;
    this.pipeline = device.createComputePipeline({ layout: 'auto', compute: { module, constants: { WORDS: words } } });
  }

  /** @param rows of each twin its replication, and then the words of its glance; at least one twin */
  place(rows: Uint32Array<ArrayBuffer>, into: GPUBuffer): void {
    const { device, pipeline, words } = this;
    const arrived = device.createBuffer({ label: 'rows', size: rows.byteLength, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
    device.queue.writeBuffer(arrived, 0, rows);
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    const entries = [arrived, into].map((buffer, binding) => ({ binding, resource: { buffer } }));
    pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
    pass.dispatchWorkgroups(Math.ceil(rows.length / (words + 1) / WORKGROUP));
    pass.end();
    device.queue.submit([encoder.finish()]);
    arrived.destroy();
  }
}
