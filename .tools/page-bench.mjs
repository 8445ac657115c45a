/**
 * `node .tools/page-bench.mjs`: figures of the built page in a Chromium without a window, as JSON: frames a second of the default scene at 1280x720 while no
 * batch runs, and how long a click waits for the frame that answers it while one does. Part of `npm run bench:view`.
 */
import { existsSync } from 'node:fs';
import { findChromium } from './chromium.mjs';
import { openBuiltPage } from './built-page.mjs';

const SIZE = { width: 1280, height: 720 };
const FRAMES_SECONDS = 10;
const SETTLING_MS = 8000;
const CLICKS = 40;
const CLICK_MS = 300;
/** Far more than are done by the time of the last click. */
const TWINS = 65_536;
const FLAGS = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
/** Where there is no GPU; on a machine that has one they would hide it. */
const SOFTWARE = ['--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan', '--use-vulkan=swiftshader', '--use-angle=swiftshader'];
const STATE = "document.querySelector('mw-page').session.state";
const PATIENCE = { timeout: 180_000 };

/** @param {number} ms */
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param {import('playwright').Browser} browser @param {string} address */
async function framesASecond(browser, address) {
  const page = await browser.newPage({ viewport: SIZE, reducedMotion: 'no-preference' });
  await page.goto(`${address}?embed#twin=0&n=1`);
  await page.waitForFunction(`${STATE}?.trace.value && ${STATE}.drawn.value && !${STATE}.running.value`, undefined, PATIENCE);
  await page.addStyleTag({ content: 'mw-floor { position: fixed !important; inset: 0 !important; z-index: 9; }' });
  // The floor has to learn its size, and how fast its device is.
  await sleep(SETTLING_MS);
  const frames = await page.evaluate(`new Promise((resolve) => {
    const { tick } = ${STATE};
    let count = -1;
    const begun = performance.now();
    const stop = tick.subscribe(() => count++);
    setTimeout(() => { stop(); resolve((1000 * count) / (performance.now() - begun)); }, ${1000 * FRAMES_SECONDS});
  })`);
  await page.close();
  return Number(frames);
}

/**
 * Milliseconds from each click (its time stamp is the browser's own, from when it arrived) to its handlers, and to the frame after them.
 * @param {import('playwright').Browser} browser @param {string} address
 */
async function answers(browser, address) {
  const page = await browser.newPage({ viewport: SIZE, reducedMotion: 'no-preference' });
  await page.goto(`${address}#n=${TWINS}`);
  await page.waitForFunction(`${STATE}?.trace.value && ${STATE}.drawn.value && ${STATE}.running.value`, undefined, PATIENCE);
  await page.evaluate(`(() => {
    globalThis.answered = [];
    globalThis.handled = [];
    addEventListener('click', (event) => {
      handled.push(performance.now() - event.timeStamp);
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => answered.push(performance.now() - event.timeStamp);
        port2.postMessage(0);
      });
    }, { capture: true });
  })()`);
  // The first picture in full takes long on software, and has nothing to do with the batch.
  await sleep(SETTLING_MS);
  const box = await page.getByRole('button', { name: /^(Play|Pause) the floor$/ }).boundingBox();
  if (!box) throw new Error('The page has no button that plays the floor.');
  // As a hand does, the pointer comes before the first click.
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await sleep(CLICK_MS);
  for (let i = 0; i < CLICKS; i++) {
    const next = performance.now() + CLICK_MS;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await sleep(Math.max(0, next - performance.now()));
  }
  await page.waitForFunction(`answered.length >= ${CLICKS}`, undefined, PATIENCE);
  const isRunning = await page.evaluate(`${STATE}.running.value`);
  if (!isRunning) throw new Error('The batch was over before the last click.');
  /** @type {{ answered: number[], handled: number[] }} */
  const waits = await page.evaluate('({ answered, handled })');
  await page.close();
  return waits;
}

/** Mean, 95th percentile (nearest rank) and the most. @param {number[]} waits */
function spread(waits) {
  const sorted = waits.toSorted((a, b) => a - b);
  const mean = sorted.reduce((sum, wait) => sum + wait, 0) / sorted.length;
  return { meanMs: mean, p95Ms: sorted[Math.ceil(0.95 * sorted.length) - 1], maxMs: sorted.at(-1) };
}

const executablePath = findChromium();
if (!executablePath) {
  console.error('there is no Chromium or Chrome here (CHROMIUM_PATH names one in an unusual place)');
  process.exit(1);
}
const served = await openBuiltPage();
const { chromium } = await import('playwright');
const hasGpu = process.platform !== 'linux' || existsSync('/dev/dri') || existsSync('/dev/nvidia0');
const browser = await chromium.launch({ executablePath, args: hasGpu ? FLAGS : [...FLAGS, ...SOFTWARE] });
try {
  const framesPerSecond = await framesASecond(browser, served.address);
  const { answered, handled } = await answers(browser, served.address);
  console.log(JSON.stringify({ framesPerSecond, clicks: answered.length, handled: spread(handled), answered: spread(answered) }));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await browser.close();
  await served.close();
}
