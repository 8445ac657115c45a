/** `npm run shot -- SCENE OUT.png`: a picture of a scene from the built page in a Chromium without a window. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openBuiltPage } from './built-page.mjs';
import { findChromium } from './chromium.mjs';
import { install } from './install.mjs';

const USAGE = `npm run shot -- SCENE.json OUT.png [options]
  --size 1280x720      pixels
  --at TIME            moment of the twin: "2 d 4 h", "90 min", "day 3 14:05"; else the end of the warm-up
  --twin N             which twin; else the first
  --dark               dark colours
  --viewpoint NAME     one of the scene's viewpoints; else the whole plant
  --view floor         floor, wall (all twins) or page
  --wait 20            of the wall and the page: seconds that the twins may run; what there is by then is drawn
  --page ADDRESS       a page that is already served, in place of the built one`;

/** The words end the program with code 1; those about how it was called with code 2. */
class Failure extends Error {
  /** @param {string} message */
  constructor(message, code = 1) {
    super(message);
    this.code = code;
  }
}

const UNITS = /** @type {Record<string, number>} */ ({ ms: 0.001, s: 1, min: 60, h: 3600, d: 86_400, w: 604_800 });

/** Seconds from the start of a twin. Throws a Failure. @param {string} text */
function secondsOf(text) {
  const day = /^day\s+(\d+)\s+(\d{1,2}):(\d\d)(?::(\d\d(?:\.\d+)?))?$/i.exec(text.trim());
  if (day) return (Number(day[1]) - 1) * 86_400 + Number(day[2]) * 3600 + Number(day[3]) * 60 + Number(day[4] ?? 0);
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*(ms|min|s|h|d|w)\b\s*/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text.trimStart()) {
    throw new Failure(`--at: expected a time such as "2 d 4 h", "90 min" or "day 3 14:05", found "${text}"`, 2);
  }
  return parts.reduce((sum, [, value, unit]) => sum + Number(value) * /** @type {number} */ (UNITS[/** @type {string} */ (unit)]), 0);
}

/** @param {string[]} args */
function read(args) {
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: {
        size: { type: 'string', default: '1280x720' },
        at: { type: 'string' },
        twin: { type: 'string', default: '0' },
        dark: { type: 'boolean', default: false },
        viewpoint: { type: 'string' },
        view: { type: 'string', default: 'floor' },
        wait: { type: 'string', default: '20' },
        page: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new Failure(/** @type {Error} */ (error).message, 2);
  }
  const { values, positionals } = parsed;
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const [scene, out, ...more] = positionals;
  if (!scene || !out || more.length > 0) throw new Failure('Expected a scene file and the name of the picture.', 2);
  if (!/\.png$/i.test(out)) throw new Failure(`The picture is a PNG: expected a name that ends with .png, found "${out}"`, 2);
  const size = /^(\d{2,4})x(\d{2,4})$/.exec(values.size);
  if (!size) throw new Failure(`--size: expected WIDTHxHEIGHT in pixels, 10 to 9999 each, found "${values.size}"`, 2);
  if (!/^\d{1,8}$/.test(values.twin)) throw new Failure(`--twin: expected a whole number, found "${values.twin}"`, 2);
  if (!['floor', 'wall', 'page'].includes(values.view))
    throw new Failure(`--view: expected floor, wall or page, found "${values.view}"`, 2);
  if (!/^\d{1,5}(\.\d+)?$/.test(values.wait)) throw new Failure(`--wait: expected seconds, found "${values.wait}"`, 2);
  return {
    ...values,
    wait: Number(values.wait),
    scene,
    out,
    twin: Number(values.twin),
    width: Number(size[1]),
    height: Number(size[2]),
    seconds: values.at === undefined ? undefined : secondsOf(values.at),
  };
}

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
/** Where the page finds the scene, and what lies beside it. */
const FOLDER = 'scene-of-the-shot';
const PATIENCE = { timeout: 180_000 };
const STATE = "document.querySelector('mw-page').session.state";
const PLAYER = "document.querySelector('mw-page').session.player";

/** @param {ReturnType<typeof read>} wanted */
async function shoot(wanted) {
  const cwd = (process.env.npm_lifecycle_event === 'shot' && process.env.INIT_CWD) || process.cwd();
  const file = resolve(cwd, wanted.scene);
  if (!existsSync(file)) throw new Failure(`${wanted.scene} is not there.`);
  const picture = resolve(cwd, wanted.out);
  if (!existsSync(dirname(picture))) throw new Failure(`${wanted.out}: there is no folder ${dirname(wanted.out)}.`);
  const text = readFileSync(file, 'utf8');
  const executablePath = findChromium();
  if (!executablePath)
    throw new Failure(
      'There is no Chromium or Chrome here to draw with. CHROMIUM_PATH names one in an unusual place; `npm test` installs one.',
    );
  const served = wanted.page === undefined ? await openBuiltPage() : { address: wanted.page, close: () => undefined };
  const { chromium } = await import('playwright');
  const hasGpu = process.platform !== 'linux' || existsSync('/dev/dri') || existsSync('/dev/nvidia0');
  const browser = await chromium.launch({ executablePath, args: hasGpu ? FLAGS : [...FLAGS, ...SOFTWARE] });
  try {
    const page = await browser.newPage({
      viewport: { width: wanted.width, height: wanted.height },
      colorScheme: wanted.dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
    });
    // The scene has an address beside the page, so the page may read it, and its models beside it.
    const address = new URL(served.address);
    const beside = new URL(`${FOLDER}/`, address);
    await page.route(`${beside}**`, (route) => {
      const path = decodeURIComponent(new URL(route.request().url()).pathname.slice(beside.pathname.length));
      if (path === 'scene.json') return route.fulfill({ body: text, contentType: 'application/json' });
      const model = resolve(dirname(file), path);
      return existsSync(model) && statSync(model).isFile() ? route.fulfill({ path: model }) : route.fulfill({ status: 404 });
    });
    address.searchParams.set('scene', `${FOLDER}/scene.json`);
    if (wanted.view !== 'page') address.searchParams.set('embed', '');
    address.hash = `twin=${wanted.twin}${wanted.view === 'floor' ? '&n=1' : ''}`;
    await page.goto(address.href);
    await page.waitForFunction(
      `document.querySelector('mw-page') && (${STATE}.rejected.value || ${STATE}.trace.value || ${STATE}.runError.value)`,
      undefined,
      PATIENCE,
    );
    /** @type {{ problems: { path: string, message: string }[] } | undefined} */
    const rejected = await page.evaluate(`${STATE}.rejected.value`);
    if (rejected) throw new Failure(rejected.problems.map((one) => `${one.path ? `${one.path}: ` : ''}${one.message}`).join('\n'));
    await page.waitForFunction(`${STATE}.runError.value || (${STATE}.trace.value && !${STATE}.tracing.value)`, undefined, PATIENCE);
    const problem = await page.evaluate(`${STATE}.trace.value ? '' : ${STATE}.runError.value`);
    if (problem) throw new Failure(String(problem));
    // The floor alone, in the shape of the picture: what is fitted into view is fitted into the picture.
    if (wanted.view === 'floor')
      await page.addStyleTag({ content: 'mw-floor { position: fixed !important; inset: 0 !important; z-index: 9; }' });
    await pose(page, wanted);
    await take(page, wanted, picture);
    const notice = await page.evaluate(`${STATE}.notice.value?.text ?? ''`);
    if (notice) console.error(String(notice));
    const name = await page.evaluate(`${STATE}.plan.value.name`);
    console.log(`${wanted.out}: ${wanted.width} × ${wanted.height}, ${wanted.view} of ${name}, twin ${wanted.twin}`);
  } finally {
    await browser.close();
    await served.close();
  }
}

/** Brings the twin to its moment and the camera to its place. @param {import('playwright').Page} page @param {ReturnType<typeof read>} wanted */
async function pose(page, wanted) {
  /** @type {{ tickSeconds: number, end: number, names: string[] }} */
  const { tickSeconds, end, names } = await page.evaluate(
    `({ tickSeconds: ${STATE}.tracedPlan.value.tickSeconds, end: ${STATE}.trace.value.end, names: (${STATE}.plan.value.viewpoints ?? []).map((one) => one.name) })`,
  );
  if (wanted.seconds !== undefined) {
    const tick = wanted.seconds / tickSeconds;
    if (tick > end) throw new Failure(`--at: the twin ends after ${(end * tickSeconds) / 3600} h, found ${wanted.seconds / 3600} h`);
    await page.evaluate(`${PLAYER}.seek(${tick})`);
  }
  if (wanted.viewpoint !== undefined && !names.includes(wanted.viewpoint)) {
    const known = names.length > 0 ? `it has ${names.map((name) => `"${name}"`).join(', ')}` : 'it has none';
    throw new Failure(`--viewpoint: the scene has no viewpoint "${wanted.viewpoint}"; ${known}`);
  }
  if (wanted.view === 'wall') return;
  await page.waitForFunction(`${STATE}.drawn.value || ${STATE}.floorMessage.value`, undefined, PATIENCE);
  const without = await page.evaluate(`${STATE}.floorMessage.value`);
  if (without && wanted.view === 'floor') throw new Failure(String(without));
  if (wanted.viewpoint === undefined) await page.evaluate(`${PLAYER}.fit()`);
  else {
    await page.evaluate(
      `(() => { const { name, ...viewpoint } = ${STATE}.plan.value.viewpoints.find((one) => one.name === ${JSON.stringify(wanted.viewpoint)}); ${PLAYER}.goTo(viewpoint); })()`,
    );
  }
}

/** @param {import('playwright').Page} page @param {ReturnType<typeof read>} wanted @param {string} out */
async function take(page, wanted, out) {
  if (wanted.view === 'floor') {
    await rested(() => page.locator('canvas.floor').screenshot());
    const base64 = await page.evaluate(
      `${PLAYER}.picture({ width: ${wanted.width}, height: ${wanted.height} }).then((png) => new Promise((resolve) => { const reader = new FileReader(); reader.onload = () => resolve(reader.result.split(',')[1]); reader.readAsDataURL(png); }))`,
    );
    writeFileSync(out, Buffer.from(String(base64), 'base64'));
    return;
  }
  if (wanted.view === 'page') {
    await settle(page, wanted.wait, `!${STATE}.running.value`);
    writeFileSync(out, await rested(() => page.screenshot()));
    return;
  }
  await page.evaluate("document.querySelector('mw-page').session.show('wall')");
  const stage = page.locator('mw-wall .wall-stage');
  await stage.waitFor({ state: 'visible', ...PATIENCE });
  // The wall takes the focus, for its keys, and words pop up over it: a picture has none.
  await page.addStyleTag({ content: '.wall-stage canvas { outline: none !important; } .notice { display: none !important; }' });
  // Twins that ran before the wall was there run again for it, so what counts is what it tells itself.
  const words = "(document.querySelector('mw-wall .wall-count')?.textContent ?? '')";
  await settle(
    page,
    wanted.wait,
    `!${STATE}.running.value && /\\d (done|ended badly)/.test(${words}) && !/not begun|running/.test(${words})`,
  );
  // The window is made as much larger than the wall as what stands around it takes; words around it may then fold otherwise.
  let box = { x: 0, y: 0, width: 0, height: 0 };
  for (let turn = 0; turn < 4; turn++) {
    box = (await stage.boundingBox()) ?? box;
    if (box.width === wanted.width && box.height === wanted.height) break;
    const window = page.viewportSize() ?? { width: 0, height: 0 };
    await page.setViewportSize({
      width: Math.max(100, Math.round(window.width + wanted.width - box.width)),
      height: Math.max(100, Math.round(window.height + wanted.height - box.height)),
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  await rested(() => stage.screenshot(), true);
  const { x, y } = (await stage.boundingBox()) ?? box;
  writeFileSync(out, await page.screenshot({ clip: { x, y, width: wanted.width, height: wanted.height } }));
}

/** Waits until `done` (an expression), so many seconds at most; then ends the run. @param {import('playwright').Page} page @param {number} seconds @param {string} done */
async function settle(page, seconds, done) {
  await page.waitForFunction(done, undefined, { timeout: Math.max(1, 1000 * seconds) }).catch(() => undefined);
  await page.evaluate("document.querySelector('mw-page').session.cancelRun()");
  await page.waitForFunction(`!${STATE}.running.value`, undefined, PATIENCE);
}

/** The picture once three looks in a row, half a second apart, are the same. @param {() => Promise<Buffer>} look @param {boolean} anyway the last one too where it does not come to rest */
async function rested(look, anyway = false) {
  let last = await look();
  let same = 0;
  for (let turn = 0; turn < (anyway ? 20 : 120) && same < 2; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const next = await look();
    same = next.equals(last) ? same + 1 : 0;
    last = next;
  }
  if (same < 2 && !anyway) throw new Failure('The picture does not come to rest within a minute.');
  return last;
}

try {
  const wanted = read(process.argv.slice(2));
  install();
  await shoot(wanted);
} catch (error) {
  const words = error instanceof Error ? error.message : String(error);
  console.error(error instanceof Failure && error.code === 2 ? `${words}\n${USAGE}` : words);
  process.exitCode = error instanceof Failure ? error.code : 1;
}
