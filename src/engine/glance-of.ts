/**
 * The glance of a twin from its block, in the middle of its run or at its end. `shaders/glance-twins.wgsl` does the same on the GPU.
 * The figures are the read-out's (`readout*.ts`): sums of what is over, and what still runs up to the twin's last tick.
 */
import { wide } from '../clock.ts';
import type { Plant } from '../scene/plant.ts';
import {
  GOODS_COUNTERS,
  GOODS_COUNTERS_DUE,
  GOODS_SUMS,
  GOODS_SUMS_EARLY,
  GOODS_SUMS_LATE,
  PRODUCT_MORE,
  SERVER_REST,
} from '../stations/shop-words.ts';
import {
  COUNTERS_PER_NODE,
  HEAD_NOW,
  HEAD_STATUS,
  NIL,
  NODE_FIRST_PLACE,
  NODE_PLACES,
  NODE_WORDS,
  PART_BORN,
  PART_NEXT,
  PLACE_WORDS,
  PRODUCT_COUNTERS_FINISHED,
  PRODUCT_COUNTERS_WORDS,
  PRODUCT_SUMS,
  PRODUCT_SUMS_CARRY,
  PRODUCT_SUMS_FLOW,
  PRODUCT_SUMS_SCRAPPED,
  PRODUCT_WORDS,
  QUEUE_HEAD,
  NODE_LINE,
  RUN_WARMUP,
  SERVER_PART,
  SERVER_SINCE,
  SERVER_STATE,
  SERVER_TIMES,
  STATE_FAILED,
  STATUS_RUNNING,
} from '../stations/words.ts';
import { GLANCE, GLANCE_METRICS, GLANCE_STATUS, type GlanceLayout, glanceLayout, LENGTHS_A_WORD, STATES_A_WORD } from './glance.ts';
import { hasLine, onOffer, serversOf, verdict } from './inspect.ts';

/** The layout of a plant's glances: that of `glanceLayout` of its floor plan. */
export function glanceLayoutOf({ nodes, tables, at }: Plant): GlanceLayout {
  return glanceLayout({
    nodes: nodes.map(({ kind, index }) => {
      const row = at.node + index * NODE_WORDS;
      const servers = tables[row + NODE_PLACES] as number;
      return { kind, servers, firstPlace: ((tables[row + NODE_FIRST_PLACE] as number) - at.place) / PLACE_WORDS };
    }),
  });
}

/** The states told apart among the figures: working, starved, blocked, failed, and all other. */
const OTHER = STATE_FAILED + 1;
const MOST = 0xffff;

/**
 * The words of `glance.ts` of one twin.
 * @param block of a twin that has begun; of one that broke off too
 * @param layout of that plant, where it is at hand
 */
export function glanceOf(plant: Plant, block: Uint32Array, layout = glanceLayoutOf(plant)): Uint32Array<ArrayBuffer> {
  const { counts, layout: own, tables, at, features } = plant;
  const words = new Uint32Array(layout.words);
  const now = block[HEAD_NOW] as number;
  const running = block[HEAD_STATUS] === STATUS_RUNNING;
  words[GLANCE.status] = running ? GLANCE_STATUS.running : GLANCE_STATUS[verdict(plant, block).status === 'done' ? 'done' : 'ended badly'];
  words[GLANCE.now] = now;

  /** Product-ticks of the parts inside, so far. */
  let ages = 0;
  const walk = (first: number): number => {
    let parts = 0;
    // A twin that broke off in the middle of an event may have left a chain that does not end.
    for (let part = first; part !== NIL && parts < counts.parts; part = block[part + PART_NEXT] as number) {
      ages += now - (block[part + PART_BORN] as number);
      parts++;
    }
    return parts;
  };
  const times = new Float64Array(OTHER + 1);
  let servers = 0;
  const perState = 32 / STATES_A_WORD;
  const perLength = 32 / LENGTHS_A_WORD;
  for (const { kind, index } of plant.nodes) {
    let inside = 0;
    const row = at.node + index * NODE_WORDS;
    if (hasLine(kind)) inside = walk(block[(tables[row + NODE_LINE] as number) + QUEUE_HEAD] as number);
    else if (kind === 'station' || kind === 'source') {
      const { first, end } = serversOf(plant, index);
      const offers = onOffer(plant, row);
      for (let server = first; server < end; server += own.serverWords) {
        const state = block[server + SERVER_STATE] as number;
        const place = (server - own.place) / own.serverWords;
        const word = layout.states + Math.floor(place / STATES_A_WORD);
        if (word < layout.lengths) words[word] = ((words[word] as number) | (state << ((place % STATES_A_WORD) * perState))) >>> 0;
        const part = block[server + SERVER_PART] as number;
        if (part !== NIL && !offers) {
          ages += now - (block[part + PART_BORN] as number);
          inside++;
        }
        if (kind === 'source') continue;
        if (features.shop) inside += walk(block[server + SERVER_REST] as number);
        servers++;
        for (let s = 0; s < own.states; s++) {
          const group = Math.min(s, OTHER);
          times[group] = (times[group] as number) + (block[server + SERVER_TIMES + s] as number);
        }
        const group = Math.min(state, OTHER);
        times[group] = (times[group] as number) + now - (block[server + SERVER_SINCE] as number);
      }
    }
    const word = layout.lengths + Math.floor(index / LENGTHS_A_WORD);
    words[word] = ((words[word] as number) | (Math.min(inside, MOST) << ((index % LENGTHS_A_WORD) * perLength))) >>> 0;
  }

  const since = (word: number): number => ((block[word] as number) - (block[word - own.counters + own.before] as number)) >>> 0;
  const sum = (word: number): number => wide(block[word] as number, block[word + 1] as number);
  let finished = 0;
  let flow = 0;
  let residence = ages;
  let dues = 0;
  let late = 0;
  for (let i = 0; i < counts.products; i++) {
    const product = at.product + i * PRODUCT_WORDS;
    const sums = tables[product + PRODUCT_SUMS] as number;
    finished += since(own.counters + counts.nodes * COUNTERS_PER_NODE + i * PRODUCT_COUNTERS_WORDS + PRODUCT_COUNTERS_FINISHED);
    flow += sum(sums + PRODUCT_SUMS_FLOW);
    residence += sum(sums + PRODUCT_SUMS_FLOW) + sum(sums + PRODUCT_SUMS_SCRAPPED) - sum(sums + PRODUCT_SUMS_CARRY);
    if (!features.due) continue;
    const goods = tables[product + PRODUCT_MORE] as number;
    dues += since((tables[goods + GOODS_COUNTERS] as number) + GOODS_COUNTERS_DUE);
    late += sum((tables[goods + GOODS_SUMS] as number) + GOODS_SUMS_LATE) - sum((tables[goods + GOODS_SUMS] as number) + GOODS_SUMS_EARLY);
  }
  // The slot of the warm-up is empty once it is over, and where there is none.
  const cut = block[own.slot + counts.slots - 2] === NIL;
  const window = now - (cut ? (tables[at.run + RUN_WARMUP] as number) : 0);
  const { tickSeconds } = plant.scene.time;
  const per = (value: number, of: number): number => (of > 0 ? value / of : Number.NaN);
  const shares = [...times].map((time) => per(time, servers * window));
  const metrics = [
    per(finished, window * tickSeconds),
    per(residence, window),
    per(flow, finished) * tickSeconds,
    ...shares,
    per(late, dues) * tickSeconds,
  ];
  const figures = new Float32Array(words.buffer, GLANCE.metrics * 4, GLANCE_METRICS.length);
  for (let i = 0; i < metrics.length; i++) figures[i] = window > 0 ? (metrics[i] as number) : Number.NaN;
  return words;
}
