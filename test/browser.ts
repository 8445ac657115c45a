/** A Chromium with WebGPU, for tests of pages; on a machine without a GPU its software driver serves. */
import { type Browser, chromium } from 'playwright';
import { findChromium } from '../.tools/chromium.mjs';

/** With fewer of these flags compute works, but canvases stay white. */
const WEBGPU = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
  '--use-angle=swiftshader',
];
const QUIET = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];

export function openBrowser(more: string[] = []): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] || findChromium();
  return chromium.launch({ ...(executablePath ? { executablePath } : {}), args: [...WEBGPU, ...QUIET, ...more] });
}
