/** Every colour of the floor, light and dark. States are Okabe–Ito colours: the same everywhere, safe for colour-blind eyes. */

/** In the order of a trace's states. */
const STATE_COLORS = {
  working: '#009e73',
  starved: '#b8c4cc',
  blocked: '#e69f00',
  failed: '#d55e00',
  'setting up': '#56b4e9',
  maintenance: '#cc79a7',
  'waiting for a person': '#f0e442',
  'off shift': '#8c9297',
} as const;

const LIGHT = {
  ground: '#f3f5f7',
  grid: '#e2e7eb',
  plinth: '#ffffff',
  plinthEdge: '#cfd7dd',
  bed: '#dde3e8',
  lane: '#e9edf1',
  laneEdge: '#c6d0d7',
  spot: '#d3dbe1',
  way: '#cdd6dd',
  arrow: '#8b9aa6',
  source: '#a9b8c4',
  sink: '#8fa0ad',
  shadow: '#3a4a58',
  text: '#26323c',
  quiet: '#5d6c78',
  halo: '#f3f5f7',
  accent: '#0a6cd6',
};

const DARK: typeof LIGHT = {
  ground: '#14191d',
  grid: '#20272d',
  plinth: '#1e262c',
  plinthEdge: '#38444d',
  bed: '#46535e',
  lane: '#1b2329',
  laneEdge: '#3a464f',
  spot: '#2b353d',
  way: '#333f48',
  arrow: '#74838f',
  source: '#5f7080',
  sink: '#526270',
  shadow: '#000000',
  text: '#e4eaef',
  quiet: '#9daab5',
  halo: '#14191d',
  accent: '#5fb0ff',
};

/** A scale from nothing to the most, the same by day and by night: cividis (Nuñez, Anderton and Renslow, 2018), even to colour-blind eyes. */
const HEAT = {
  heat0: '#002051',
  heat1: '#11366c',
  heat2: '#3c4d6e',
  heat3: '#62646f',
  heat4: '#7f7c75',
  heat5: '#9a9478',
  heat6: '#bbaf71',
  heat7: '#e2cb5c',
  heat8: '#fdea45',
} as const;

/** The same in their order, for a legend. */
export const HEAT_COLORS: readonly string[] = Object.values(HEAT);

export type Paint = keyof typeof STATE_COLORS | keyof typeof LIGHT | keyof typeof HEAT;

/** For products that have no colour of their own: none of them a state's. */
const PRODUCT_COLORS = ['#3f5f8f', '#9a5b3c', '#6a4c93', '#2f7d84', '#a34a5e', '#6b7534', '#4a4f5a', '#b08968'];

const PAINTS = [...Object.keys(STATE_COLORS), ...Object.keys(LIGHT), ...Object.keys(HEAT)] as Paint[];

/** Where products begin in the palette. */
export const FIRST_PRODUCT = PAINTS.length;

export const paint = (name: Paint): number => PAINTS.indexOf(name);

/** The colour of each product, `#rrggbb`: its own, or one of a list. Anything that is not written so counts as none. */
export function productColors(products: { color: string | undefined }[]): string[] {
  return products.map(({ color }, i) => (color && /^#[0-9a-f]{6}$/i.test(color) ? color : PRODUCT_COLORS[i % PRODUCT_COLORS.length]!));
}

/** Red, green, blue, alpha (0 … 1) a colour. */
export function palette(dark: boolean, products: { color: string | undefined }[]): Float32Array<ArrayBuffer> {
  const neutral = Object.values(dark ? DARK : LIGHT);
  return Float32Array.from(
    [...Object.values(STATE_COLORS), ...neutral, ...Object.values(HEAT), ...productColors(products)].flatMap(channels),
  );
}

function channels(color: string): [number, number, number, number] {
  const bits = Number.parseInt(color.slice(1), 16);
  return [(bits >> 16) / 255, ((bits >> 8) & 255) / 255, (bits & 255) / 255, 1];
}
