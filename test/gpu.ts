/** A WebGPU device in Node (Dawn), for tests of shaders. */
import { create, globals } from 'webgpu';

Object.assign(globalThis, globals);
// Dawn's objects live no longer than what `create` returned: it must stay referenced.
// Without the clamps that keep an address inside its buffer kernels compile in half the time, and an address that is outside shows itself. Browsers
// have them: the tests of pages run with them.
export const gpu: GPU = create(['enable-dawn-features=disable_robustness']);

/**
 * Opens a device; `limits` are asked for as `requiredLimits`. Throws, and never skips, where there is no adapter: a test that cannot run has
 * not passed. A validation error nobody caught fails the test run with its message. `destroy()` the device when done.
 */
export async function openDevice(limits: Record<string, number> = {}): Promise<GPUDevice> {
  const adapter = await gpu.requestAdapter();
  if (!adapter) {
    throw new Error(
      `No WebGPU adapter. VK_ICD_FILENAMES is ${process.env.VK_ICD_FILENAMES ?? 'not set'}; Chromium brings a software driver.`,
    );
  }
  const device = await adapter.requestDevice({ requiredLimits: limits });
  device.addEventListener('uncapturederror', (event) => {
    throw new Error(event.error.message);
  });
  return device;
}
