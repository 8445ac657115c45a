/** A Chromium with WebGPU, for tests of pages; on a machine without a GPU its software driver serves. */
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright';
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

/**
 * What keeps people from using the page, as axe finds it: its serious and critical violations, only those in the parts that `within` names if any, as words.
 * Legacy mode spares a page of its own for each analysis; there are no frames to look into.
 */
export async function barriers(page: Page, within: string[] = []): Promise<string[]> {
  const builder = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  const { violations } = await within.reduce((some, selector) => some.include(selector), builder).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}
