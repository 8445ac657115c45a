/** Which Vulkan driver WebGPU in Node (the package `webgpu`, Dawn) loads. Only Linux needs help: Metal and D3D12 are always there. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromiumDirectories } from './chromium.mjs';

const ICD_DIRECTORIES = ['/etc/vulkan/icd.d', '/usr/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'];
const LIBRARY_DIRECTORIES = [
  '/usr/lib',
  '/usr/lib64',
  '/lib64',
  '/usr/local/lib',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
];
/** Mesa's software driver is no choice: Dawn refuses the one of Debian 12. */
const SOFTWARE = /lvp|llvmpipe|swiftshader/;

/** Mesa installs the drivers of cards that are not there, so a driver counts only where the kernel shows a device (WSL's is dxg). */
function hasHardware() {
  const devices = existsSync('/dev/dri') && readdirSync('/dev/dri').some((name) => name.startsWith('renderD'));
  if (!devices && !existsSync('/dev/nvidiactl') && !existsSync('/dev/dxg')) return false;
  const drivers = ICD_DIRECTORIES.filter(existsSync).flatMap((directory) => readdirSync(directory));
  return drivers.some((name) => name.endsWith('.json') && !SOFTWARE.test(name));
}

/**
 * Environment variables to add before a process that uses WebGPU is started: the dynamic loader reads LD_LIBRARY_PATH only then.
 * Hardware drivers and the user's own VK_ICD_FILENAMES come first; without them the software driver that ships with Chromium serves.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Record<string, string>} empty where nothing is to be added
 */
export function vulkanEnvironment(env = process.env) {
  if (process.platform !== 'linux') return {};
  /** @type {Record<string, string>} */
  const added = {};
  const browser = chromiumDirectories(env).find((directory) => existsSync(join(directory, 'vk_swiftshader_icd.json')));
  if (!browser) return added;

  const chosen = env['VK_ICD_FILENAMES'] ?? env['VK_DRIVER_FILES'];
  if (!chosen && !hasHardware()) added['VK_ICD_FILENAMES'] = join(browser, 'vk_swiftshader_icd.json');

  const path = env['LD_LIBRARY_PATH'] ?? '';
  const loaders = [...path.split(':').filter(Boolean), ...LIBRARY_DIRECTORIES];
  const bundled = existsSync(join(browser, 'libvulkan.so.1'));
  if (bundled && !loaders.some((directory) => existsSync(join(directory, 'libvulkan.so.1'))))
    added['LD_LIBRARY_PATH'] = path ? `${browser}:${path}` : browser;
  return added;
}
