/// <reference types="@webgpu/types" />
/** Asks for a GPU device with the adapter's own limits, and tells a real GPU from an emulated one. */

export interface OpenDevice {
  device: GPUDevice;
  /** As the driver calls it. */
  name: string;
  /** WebGPU emulated on the CPU. */
  software: boolean;
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|warp/i;

/** Opens a device. Throws an Error whose message says, for a user, why there is none. */
export async function openDevice(gpu: GPU | undefined): Promise<OpenDevice> {
  if (gpu === undefined) {
    throw new Error(
      globalThis.isSecureContext === false
        ? 'this page is not served over https or from localhost, so the browser gives it no WebGPU'
        : 'this browser has no WebGPU',
    );
  }
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('the browser offers no WebGPU adapter');
  const { limits, info } = adapter;
  const wanted = [
    'maxBufferSize',
    'maxStorageBufferBindingSize',
    'maxComputeWorkgroupStorageSize',
    'maxComputeInvocationsPerWorkgroup',
    'maxComputeWorkgroupSizeX',
    'maxComputeWorkgroupsPerDimension',
  ] as const;
  const device = await adapter.requestDevice({ requiredLimits: Object.fromEntries(wanted.map((name) => [name, limits[name]])) });
  const name = [info.vendor, info.architecture, info.device, info.description].filter(Boolean).join(' ').trim() || 'GPU';
  return { device, name, software: info.isFallbackAdapter === true || SOFTWARE.test(name) };
}
