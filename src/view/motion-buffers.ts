/** Buffers on a device that go together. */

/** Workgroups that fit in one dimension of a dispatch (a WebGPU limit's default). */
const ROW = 65_535;

/** Bytes of a buffer for nothing: as large as any struct of the kernels, for a binding must hold one. */
const EMPTY = 64;

/** Dispatches as many workgroups as one dimension or two of them take; the kernel reckons which it is, and there may be more than asked for. */
function dispatch(pass: GPUComputePassEncoder, groups: number): void {
  if (groups > 0) pass.dispatchWorkgroups(Math.min(groups, ROW), Math.ceil(groups / ROW));
}

export class Buffers {
  readonly device: GPUDevice;
  private readonly owned = new Set<GPUBuffer>();

  constructor(device: GPUDevice) {
    this.device = device;
  }

  make(label: string, size: number, usage: number): GPUBuffer {
    const buffer = this.device.createBuffer({
      label,
      size: size > 0 ? Math.ceil(size / 4) * 4 : EMPTY,
      usage: usage | GPUBufferUsage.COPY_DST,
    });
    this.owned.add(buffer);
    return buffer;
  }

  /** Bytes that a storage buffer of this device can have at most. */
  get most(): number {
    const { maxBufferSize, maxStorageBufferBindingSize } = this.device.limits;
    return Math.min(maxBufferSize, maxStorageBufferBindingSize);
  }

  storage(label: string, size: number): GPUBuffer {
    return this.make(label, size, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
  }

  uniform(label: string, size: number): GPUBuffer {
    return this.make(label, size, GPUBufferUsage.UNIFORM);
  }

  upload(label: string, data: Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>, usage = GPUBufferUsage.STORAGE): GPUBuffer {
    const buffer = this.make(label, data.byteLength, usage);
    this.device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  }

  free(buffer: GPUBuffer): void {
    this.owned.delete(buffer);
    buffer.destroy();
  }

  dispose(): void {
    for (const buffer of this.owned) buffer.destroy();
    this.owned.clear();
  }
}

/** A kernel with its bindings, in groups; `constants` of the pipeline by name. */
export class Kernel {
  private readonly device: GPUDevice;
  private readonly pipeline: GPUComputePipeline;

  constructor(device: GPUDevice, label: string, code: string, constants: Record<string, number> = {}) {
    this.device = device;
    const module = device.createShaderModule({ label, code });
    this.pipeline = device.createComputePipeline({ label, layout: 'auto', compute: { module, constants } });
  }

  /** `undefined`: a binding that the kernel does not use. */
  bind(group: number, buffers: (GPUBuffer | undefined)[]): GPUBindGroup {
    const entries = buffers.flatMap((buffer, binding) => (buffer ? [{ binding, resource: { buffer } }] : []));
    return this.device.createBindGroup({ layout: this.pipeline.getBindGroupLayout(group), entries });
  }

  run(pass: GPUComputePassEncoder, groups: GPUBindGroup[], workgroups: number): void {
    if (workgroups === 0) return;
    pass.setPipeline(this.pipeline);
    groups.forEach((group, i) => pass.setBindGroup(i, group));
    dispatch(pass, workgroups);
  }
}
