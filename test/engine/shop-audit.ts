/**
 * The books of a shop twin's block, gone through from outside between two events: every part once, every tick once, rooms, cards and people as
 * many as there are. What should be there is worked out from the scene and from the block's own lists, not from the engine's code.
 */
import { partsInside, productOfPart } from '../../src/engine/inspect.ts';
import type { Plant } from '../../src/scene/plant.ts';
import type { Calendar, Pool } from '../../src/scene/scene.ts';
import * as shop from '../../src/stations/shop-words.ts';
import * as words from '../../src/stations/words.ts';
import { NIL } from '../../src/stations/words.ts';

/** All problems found, in words; none if the books balance. */
export function auditShop(plant: Plant, block: Uint32Array): string[] {
  return new Audit(plant, block).all();
}

/** Whether a calendar is open in the tick that begins at `tick`. */
function isOpen({ cycle, open, closed }: Calendar, tick: number): boolean {
  const at = tick % Math.round(cycle);
  const within = (list: { from: number; to: number }[], when: number): boolean =>
    list.some(({ from, to }) => Math.round(from) <= when && when < Math.round(to));
  return within(open, at) && !within(closed, tick);
}

function onDuty(pool: Pool, calendars: Map<string, Calendar>, tick: number): number {
  if (pool.shifts.length === 0) return pool.count;
  return pool.shifts.reduce((sum, { calendar, count }) => sum + (isOpen(calendars.get(calendar) as Calendar, tick) ? count : 0), 0);
}

class Audit {
  private readonly problems: string[] = [];
  private readonly plant: Plant;
  private readonly block: Uint32Array;
  private readonly now: number;
  private readonly ended: boolean;
  /** Whether everything that could move has: not before the first event, nor where a twin that has reached its goal stops in the middle of that. */
  private readonly settled: boolean;
  /** How often each part of the pool is met. */
  private readonly met = new Map<number, number>();
  private readonly inside: number[];
  /** Parts inside each node. */
  private readonly at: number[];

  constructor(plant: Plant, block: Uint32Array) {
    this.plant = plant;
    this.block = block;
    this.now = block[words.HEAD_NOW] as number;
    // A twin that overflows or livelocks stops in the middle of an event.
    this.ended = (block[words.HEAD_STATUS] as number) > words.STATUS_DONE;
    this.settled = block[words.HEAD_STATUS] === words.STATUS_RUNNING && (block[words.HEAD_EVENTS] as number) > 0;
    this.inside = plant.scene.products.map(() => 0);
    this.at = plant.nodes.map(() => 0);
  }

  all(): string[] {
    if (this.ended) return [];
    this.parts();
    this.places();
    this.rooms();
    this.belts();
    this.queues();
    this.products();
    this.limits();
    this.people();
    return this.problems;
  }

  private w(at: number): number {
    return this.block[at] as number;
  }

  private t(at: number): number {
    return this.plant.tables[at] as number;
  }

  private equal(what: string, found: number, expected: number): void {
    if (found !== expected) this.problems.push(`${what}: ${found}, expected ${expected}`);
  }

  private holds(what: string, truth: boolean): void {
    if (!truth) this.problems.push(`not so: ${what}`);
  }

  private node(index: number): number {
    return this.plant.at.node + index * words.NODE_WORDS;
  }

  private indexOf(node: number): number {
    return (node - this.plant.at.node) / words.NODE_WORDS;
  }

  /** Addresses of a node's places. */
  private placesOf(index: number): number[] {
    const first = this.t(this.node(index) + words.NODE_FIRST_PLACE);
    return Array.from({ length: this.t(this.node(index) + words.NODE_PLACES) }, (_, i) => first + i * words.PLACE_WORDS);
  }

  private slot(slot: number): number {
    return this.w(this.plant.layout.slot + slot);
  }

  private chain(first: number): number[] {
    const found: number[] = [];
    for (let part = first; part !== NIL && found.length <= this.plant.counts.parts; part = this.w(part + words.PART_NEXT)) found.push(part);
    return found;
  }

  /** The parts that a place has. */
  private onPlace(place: number): number[] {
    const own = this.t(place + words.PLACE_OWN);
    const part = this.w(own + words.SERVER_PART);
    return part === NIL ? [] : [part, ...this.chain(this.w(own + shop.SERVER_REST))];
  }

  private isSaturated(index: number): boolean {
    const { scene, nodes } = this.plant;
    const source = scene.sources.find(({ name }) => name === nodes[index]?.name);
    return source !== undefined && source.interarrival === undefined && source.orders === undefined;
  }

  private parts(): void {
    const { plant, block } = this;
    const meet = (part: number): void => void this.met.set(part, (this.met.get(part) ?? 0) + 1);
    this.chain(this.w(words.HEAD_FREE)).forEach(meet);
    for (const { index, kind } of plant.nodes) {
      const line = this.t(this.node(index) + words.NODE_LINE);
      const held = [
        ...(line === NIL ? [] : partsInside(plant, block, index)),
        ...this.placesOf(index).flatMap((place) => this.onPlace(place)),
      ];
      held.forEach(meet);
      this.at[index] = held.length;
      // What a saturated source has on offer is not made yet.
      if (kind === 'source' && this.isSaturated(index)) continue;
      for (const part of held) this.inside[productOfPart(plant, block, part)]++;
    }
    this.equal('parts met', this.met.size, plant.counts.parts);
    for (const [part, times] of this.met) if (times !== 1) this.problems.push(`part ${part} is met ${times} times`);
  }

  private places(): void {
    const { plant, now } = this;
    const { scene, layout, counts } = plant;
    // The cut stands last but one among the slots; its clock is at never once it has come.
    const isCut = scene.run.warmup > 0 && this.slot(counts.slots - 2) === NIL;
    const elapsed = now - (isCut ? Math.round(scene.run.warmup) : 0);
    for (const { index, kind, name } of plant.nodes) {
      this.placesOf(index).forEach((place, server) => {
        const own = this.t(place + words.PLACE_OWN);
        const times = this.block.subarray(own + words.SERVER_TIMES, own + words.SERVER_TIMES + shop.SHOP_STATE_COUNT);
        const running = now - this.w(own + words.SERVER_SINCE);
        this.equal(
          `state times of ${name} ${server}`,
          times.reduce((sum, time) => sum + time, running),
          elapsed,
        );
        if (kind === 'station') this.server(`${name} ${server}`, place, own);
      });
    }
    for (let i = 0; this.settled && i < layout.dirtyWords; i++) this.equal('marks left over', this.w(layout.dirty + i), 0);
  }

  /** What a server's state says of the rest of it. */
  private server(name: string, place: number, own: number): void {
    const state = this.w(own + words.SERVER_STATE);
    const phase = this.w(own + shop.SERVER_PHASE);
    const parts = this.onPlace(place).length;
    const walking = this.w(own + shop.SERVER_WALKING) !== 0;
    const asks = this.w(own + shop.SERVER_ASKS) !== NIL;
    const held = this.w(own + shop.SERVER_HELD) !== NIL;
    const down = this.w(own + shop.SERVER_DOWN) !== NIL;
    const finish = this.slot(this.t(place + words.PLACE_SLOT)) !== NIL;
    const works = state === words.STATE_WORKING || state === shop.STATE_SETUP;
    const starved = state === words.STATE_STARVED;
    this.holds(`${name} starves without parts`, !starved || (parts === 0 && phase === shop.PHASE_NONE && !held && !asks));
    // A server whose last part has gone stops, where something has fallen due, by an event of its own in the same tick.
    const about = walking && parts === 0 && this.slot(this.t(place + words.PLACE_SLOT)) === this.now;
    this.holds(
      `${name} is blocked with a part that leaves`,
      state !== words.STATE_BLOCKED || about || (parts > 0 && phase === shop.PHASE_LEAVING && !finish),
    );
    this.holds(`${name} works on a part until a certain time`, !works || (parts > 0 && finish && !walking && !asks));
    this.holds(`${name} is down in a mode`, down === (state === words.STATE_FAILED || state === shop.STATE_MAINTAINED));
    this.holds(`${name} waits for people whom it has asked, or who come`, state !== shop.STATE_WAITING || (parts > 0 && (asks || walking)));
    this.holds(`${name} has people or asks, not both`, !(asks && held));
    this.holds(`${name} has a finish to come only where it works or somebody walks`, !finish || works || walking);
    this.holds(`${name} has parts left only with one in hand`, parts > 0 || this.w(own + shop.SERVER_REST) === NIL);
    this.holds(
      `${name} is closed where it is off, or about to open`,
      state !== shop.STATE_OFF || this.w(own + shop.SERVER_CLOSED) !== 0 || walking,
    );
  }

  private rooms(): void {
    const { plant } = this;
    for (const { index, kind, name } of plant.nodes) {
      const room = this.w(plant.layout.room + index) | 0;
      const capacity = this.t(this.node(index) + words.NODE_CAPACITY) | 0;
      const inside = this.at[index] as number;
      if (kind === 'source') this.equal(`room of ${name}`, room, 0);
      else if (kind === 'sink') this.equal(`room of ${name}`, room, words.ENDLESS | 0);
      else if (kind === 'station') {
        const starved = this.placesOf(index).filter(
          (place) => this.w(this.t(place + words.PLACE_OWN) + words.SERVER_STATE) === words.STATE_STARVED,
        );
        this.equal(`room of ${name}`, room, starved.length);
      } else {
        const counters = this.t(this.node(index) + words.NODE_COUNTERS);
        this.equal(
          `entered less left of ${name}`,
          this.w(counters + words.BUFFER_COUNTERS_ENTERED) - this.w(counters + words.BUFFER_COUNTERS_LEFT),
          inside,
        );
        if (kind === 'conveyor') this.holds(`${name} carries at most ${capacity}: ${inside}`, inside <= capacity);
        else this.equal(`room of ${name}`, room, capacity - inside);
      }
    }
  }

  /** Parts on a conveyor come to its end one after the other, a pitch apart at least; parts under way in the order of their arrival. */
  private belts(): void {
    const { plant, block, now } = this;
    for (const { index, kind, name } of plant.nodes) {
      if (kind !== 'conveyor' && kind !== 'transfer') continue;
      const row = this.t(this.node(index) + shop.NODE_MORE);
      const ready = [...partsInside(plant, block, index)].map((part) => this.w(part + shop.PART_READY));
      if (kind === 'transfer') {
        const under = ready.filter((tick) => tick !== NIL);
        this.holds(`parts under way in ${name} stand behind those that have arrived`, ready.lastIndexOf(NIL) < ready.length - under.length);
        this.holds(
          `parts under way in ${name} stand in order`,
          under.every((tick, i) => i === 0 || tick >= (under[i - 1] as number)),
        );
        this.equal(`exit of ${name}`, this.slot(this.t(row + shop.CONVEYOR_EXIT_SLOT)), under[0] ?? NIL);
      } else {
        const spacing = this.t(row + shop.CONVEYOR_SPACING);
        this.holds(
          `parts on ${name} stand a pitch apart`,
          ready.every((tick, i) => i === 0 || tick - (ready[i - 1] as number) >= spacing),
        );
        const belt = this.t(row + shop.CONVEYOR_OWN);
        const clear = this.slot(this.t(row + shop.CONVEYOR_ENTRY_SLOT));
        const open = this.w(plant.layout.room + index);
        const full = ready.length === this.t(this.node(index) + words.NODE_CAPACITY);
        const stands = this.w(belt + shop.BELT_STOPPED) !== NIL;
        this.holds(
          `the entrance of ${name} is open (${open}) or will be, unless it is full or stands`,
          open + Number(clear !== NIL) === 1 || full || stands,
        );
        this.holds(`the entrance of ${name} is shut where it is full or stands`, open === 0 || !(full || stands));
        this.holds(`no part is overdue on ${name}`, clear >= now && this.slot(this.t(row + shop.CONVEYOR_EXIT_SLOT)) >= now);
      }
    }
  }

  private queues(): void {
    const { plant, now } = this;
    const { layout, counts, at } = plant;
    const listed = new Map<number, number>();
    for (let number = 0; number < counts.queues; number++) {
      const queue = layout.queue + number * words.QUEUE_WORDS;
      const line = this.t(at.line + number);
      const parts = this.chain(this.w(queue + words.QUEUE_HEAD));
      this.equal(`tail of queue ${number}`, this.w(queue + words.QUEUE_TAIL), parts.at(-1) ?? NIL);
      for (const part of parts) {
        listed.set(part, (listed.get(part) ?? 0) + 1);
        this.holds(`part ${part} waits since a tick that has been`, this.w(part + words.PART_SINCE) <= now);
        if (line !== NIL) continue;
        const holder = this.w(part + words.PART_HOLDER);
        this.holds(
          `part ${part}, which waits at its place, is there`,
          this.w(this.t(holder + words.PLACE_OWN) + words.SERVER_PART) === part,
        );
      }
      this.entrants(queue, line, parts);
    }
    for (const [part, times] of listed) this.equal(`queues of part ${part}`, times, 1);
    for (const { index, name } of plant.nodes) {
      for (const place of this.placesOf(index)) {
        const own = this.t(place + words.PLACE_OWN);
        const part = this.w(own + words.SERVER_PART);
        const leaves = this.w(own + shop.SERVER_PHASE) === shop.PHASE_LEAVING && this.w(own + shop.SERVER_TARGET) !== NIL;
        if (part !== NIL && (plant.nodes[index]?.kind === 'source' || leaves))
          this.holds(`the part that wants to leave ${name} stands in a queue`, listed.has(part));
      }
    }
  }

  /** Nobody stands and waits for an element that could take the part: no room is left unused where nothing but room is asked for. */
  private entrants(queue: number, line: number, parts: number[]): void {
    const { plant } = this;
    if (line !== NIL && this.t(line + words.NODE_KIND) === shop.KIND_CONVEYOR) return;
    const [first] = parts;
    if (first === undefined || !this.settled) return;
    if (line !== NIL && this.t(line + words.NODE_KIND) === shop.KIND_TRANSFER && this.w(first + shop.PART_READY) !== NIL) return;
    const way = this.w(first + words.PART_LEG);
    const edges =
      way < words.CHOICE_BIT
        ? [way]
        : Array.from({ length: this.t(way - words.CHOICE_BIT + words.CHOICE_EDGES) }, (_, i) =>
            this.t(this.t(way - words.CHOICE_BIT + words.CHOICE_FIRST_EDGE) + i * words.EDGE_WORDS + words.EDGE_TARGET),
          );
    for (const leg of edges) {
      const node = this.t(leg + words.LEG_NODE);
      if (this.t(node + shop.NODE_PLAIN) === 0 || node === line) continue;
      const index = this.indexOf(node);
      this.holds(
        `queue ${(queue - plant.layout.queue) / words.QUEUE_WORDS} waits for ${plant.nodes[index]?.name} because there is no room`,
        (this.w(plant.layout.room + index) | 0) <= 0,
      );
    }
  }

  private products(): void {
    const { plant } = this;
    plant.scene.products.forEach(({ name }, product) => {
      const row = plant.at.product + product * words.PRODUCT_WORDS;
      const counters = this.t(row + words.PRODUCT_COUNTERS);
      const goods = this.t(this.t(row + shop.PRODUCT_MORE) + shop.GOODS_COUNTERS);
      const gone = [words.PRODUCT_COUNTERS_FINISHED, words.PRODUCT_COUNTERS_SCRAPPED, words.PRODUCT_COUNTERS_LOST].map((counter) =>
        this.w(counters + counter),
      );
      this.equal(
        `${name} made`,
        this.w(counters + words.PRODUCT_COUNTERS_MADE),
        gone.reduce((sum, each) => sum + each, (this.inside[product] as number) + this.w(goods + shop.GOODS_COUNTERS_CONSUMED)),
      );
    });
  }

  private limits(): void {
    const { plant } = this;
    plant.scene.limits.forEach(({ name, kind, cards }, i) => {
      const limit = plant.at.limit + i * shop.LIMIT_WORDS;
      const used = cards - (this.w(this.t(limit + shop.LIMIT_ROOM)) | 0);
      if (kind === 'base stock') return;
      const nodes =
        this.block && Array.from({ length: this.t(limit + shop.LIMIT_NODES) }, (_, n) => this.t(this.t(limit + shop.LIMIT_FIRST) + n));
      this.equal(
        `cards in use of ${name}`,
        used,
        nodes.reduce((sum, node) => sum + (this.at[this.indexOf(node)] as number), 0),
      );
    });
  }

  private people(): void {
    const { plant, now } = this;
    const { scene, at, counts } = plant;
    const calendars = new Map(scene.calendars.map((calendar) => [calendar.name, calendar]));
    scene.people.forEach((pool, i) => {
      const own = this.t(at.pool + i * shop.POOL_WORDS + shop.POOL_OWN);
      const level = this.w(own + shop.POOL_LEVEL);
      // In the tick of a change it may be still to come.
      const levels = [onDuty(pool, calendars, now), onDuty(pool, calendars, Math.max(0, now - 1))];
      this.holds(`${level} of ${pool.name} on duty, expected ${levels.join(' or ')}`, levels.includes(level));
    });
    for (const { name, shifts } of scene.stations) {
      if (shifts === undefined) continue;
      const calendar = calendars.get(shifts) as Calendar;
      const open = [isOpen(calendar, now), isOpen(calendar, Math.max(0, now - 1))];
      for (const place of this.placesOf(plant.nodes.findIndex((node) => node.name === name)))
        this.holds(`${name} is open by its calendar`, open.includes(this.w(this.t(place + words.PLACE_OWN) + shop.SERVER_CLOSED) === 0));
    }
    /** Workers with each place. */
    const crews = new Map<number, number[]>();
    const free: number[] = [];
    for (let i = 0; i < counts.workers; i++) {
      const worker = at.worker + i * shop.WORKER_WORDS;
      const place = this.w(this.t(worker + shop.WORKER_OWN) + shop.WORKER_PLACE);
      if (place !== NIL) crews.set(place, [...(crews.get(place) ?? []), worker]);
      else if (this.t(worker + shop.WORKER_NUMBER) < this.w(this.t(this.t(worker + shop.WORKER_POOL) + shop.POOL_OWN) + shop.POOL_LEVEL))
        free.push(worker);
    }
    const able = (workers: number[], skill: number): number =>
      workers.filter((worker) => (this.t(worker + shop.WORKER_SKILLS) & skill) !== 0).length;
    for (let i = 0; i < counts.places; i++) {
      const place = at.place + i * words.PLACE_WORDS;
      const own = this.t(place + words.PLACE_OWN);
      const crew = crews.get(place) ?? [];
      const held = this.items(this.w(own + shop.SERVER_HELD));
      this.equal(
        `people with place ${i}`,
        crew.length,
        held.reduce((sum, { count }) => sum + count, 0),
      );
      for (const { skill, count } of held) this.holds(`place ${i} has ${count} of skill ${skill}`, able(crew, skill) >= count);
      // Whoever asks for one skill and could have it has it.
      const asked = this.items(this.w(own + shop.SERVER_ASKS));
      const [only] = asked;
      if (!this.settled || asked.length !== 1 || only === undefined || this.w(own + shop.SERVER_ASLEEP) !== NIL) continue;
      this.holds(`place ${i} waits because fewer than ${only.count} are free`, able(free, only.skill) < only.count);
    }
  }

  private items(need: number): { skill: number; count: number }[] {
    if (need === NIL) return [];
    return Array.from({ length: this.t(need + shop.NEED_ITEMS) }, (_, i) => {
      const item = this.t(need + shop.NEED_FIRST) + i * shop.ITEM_WORDS;
      return { skill: this.t(item + shop.ITEM_SKILL), count: this.t(item + shop.ITEM_COUNT) };
    });
  }
}
