/** The graphics device of the floor. */

/** Rejects with an Error that says why there is none. */
export async function requestDevice(): Promise<GPUDevice> {
  if (!navigator.gpu)
    throw new Error('This browser offers no WebGPU here; it needs a recent browser, and a page served over https or from localhost.');
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter)
    throw new Error('WebGPU is there, but it found no graphics adapter: the driver may be missing or switched off in the browser.');
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  return adapter.requestDevice({ requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } });
}
