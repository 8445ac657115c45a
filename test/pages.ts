/** The pages that tests open, built once for all of them, when the first is asked for: unbundled, each opening would fetch some hundred files. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { serve } from './serve.ts';

export const FOLDER = '.cache/pages';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where index.html and the pages of the tests are served, each under its path in the repository. */
    origin: string;
  }
}

async function build(): Promise<string> {
  const vite = ['node_modules/vite/bin/vite.js', 'build', '--mode', 'pages', '--outDir', FOLDER, '--emptyOutDir', '--logLevel', 'error'];
  // What says that this is a test would leave the packages' checks for developers in.
  await promisify(execFile)(process.execPath, vite, { env: { ...process.env, NODE_ENV: 'production' } });
  return FOLDER;
}

export default async function setup({ provide }: TestProject): Promise<() => void> {
  let built: Promise<string> | undefined;
  const { origin, close } = await serve(() => (built ??= build()));
  provide('origin', origin);
  return close;
}
