/** Every action with its name and its key: the palette, the key sheet and the keyboard read this one list. */
import { isTyping, openFile, saveFile, shareLink } from './files.ts';
import type { Thing } from '../view/things.ts';
import { flyToViewpoint, openPictures, savePictureOf, switchStyle, toggleHeat, toggleViews, viewpointsOf } from './overlays.ts';
import type { Session } from './session.ts';
import type { View } from './state.ts';

export interface Action {
  name: string;
  /** As shown: "Ctrl-K", "?", "Space". */
  key: string;
  /** Changes the scene or leaves the page: not offered where the page is embedded. */
  editing?: true;
  available?: (session: Session) => boolean;
  run: (session: Session) => void;
}

export const SPEEDS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1200, 3600, 10_000];

function faster(session: Session, steps: number): void {
  const { speed } = session.state;
  const at = SPEEDS.findIndex((one) => one >= speed.value);
  session.player.setSpeed(SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at + steps))]!);
}

const view = (name: string, key: string, which: View): Action => ({ name: `Show ${name}`, key, run: (session) => session.show(which) });
const hasTrace = (session: Session) => session.state.trace.value !== undefined;
const canBeFollowed = (thing: Thing | undefined) => thing !== undefined && !('element' in thing);
const isDrawn = (session: Session) => session.state.drawn.value && session.state.plan.value !== undefined;
const hasResults = (session: Session) => session.state.summary.value !== undefined;

const ACTIONS: Action[] = [
  { name: 'Actions and elements', key: 'Ctrl-K', run: ({ state }) => (state.dialog.value = 'palette') },
  { name: 'Open a scene file', key: 'Ctrl-O', editing: true, run: openFile },
  { name: 'Save the scene file', key: 'Ctrl-S', editing: true, run: saveFile },
  { name: 'Share: copy a link to this scene, seed and twin', key: 'L', run: (session) => void shareLink(session) },
  { name: 'Undo', key: 'Ctrl-Z', editing: true, available: ({ state }) => state.canUndo.value, run: (session) => void session.undo() },
  {
    name: 'Redo',
    key: 'Ctrl-Shift-Z',
    editing: true,
    available: ({ state }) => state.canRedo.value,
    run: (session) => void session.redo(),
  },
  { name: 'Apply the text in the editor', key: 'Ctrl-Enter', editing: true, run: (session) => void session.applyDraft() },
  { name: 'Run all twins again', key: 'R', run: (session) => void session.run() },
  {
    name: 'Pause or resume the run',
    key: 'P',
    available: ({ state }) => state.running.value,
    run: (session) => session.togglePause(),
  },
  { name: 'Cancel the run', key: 'Shift-C', available: ({ state }) => state.running.value, run: (session) => session.cancelRun() },
  { name: 'Play or pause the floor', key: 'Space', run: (session) => session.player.toggle() },
  { name: 'Slower', key: ',', run: (session) => faster(session, -1) },
  { name: 'Faster', key: '.', run: (session) => faster(session, 1) },
  { name: 'Back by 1 %', key: '←', run: (session) => session.player.seekBy(-0.01) },
  { name: 'Forward by 1 %', key: '→', run: (session) => session.player.seekBy(0.01) },
  { name: 'To the start of the twin', key: 'Home', run: (session) => session.player.seek(0) },
  { name: 'Step to the next event', key: ']', run: (session) => session.player.step(1) },
  { name: 'Step to the event before', key: '[', run: (session) => session.player.step(-1) },
  {
    name: 'States: show less time, in finer detail',
    key: 'Shift-+',
    available: hasTrace,
    run: (session) => session.player.zoomStates(0.5),
  },
  { name: 'States: show more time', key: 'Shift--', available: hasTrace, run: (session) => session.player.zoomStates(2) },
  {
    name: 'States: show the whole twin',
    key: '0',
    available: ({ state }) => state.timeWindow.value !== undefined,
    run: ({ state }) => (state.timeWindow.value = undefined),
  },
  {
    name: 'States: taller or lower chart',
    key: 'Shift-T',
    available: hasTrace,
    run: ({ state }) => (state.tallChart.value = !state.tallChart.value),
  },
  {
    name: 'Tell about what is chosen: state, history, statistics',
    key: 'I',
    available: ({ state }) => state.plan.value?.nodes.some((node) => node.name === state.selected.value) === true,
    run: ({ state, player }) => player.inspect({ element: state.selected.value! }),
  },
  {
    name: 'Follow the chosen part or person; or no longer',
    key: 'G',
    available: ({ state }) => state.drawn.value && (state.following.value !== undefined || canBeFollowed(state.thing.value)),
    run: ({ state, player }) => player.follow(state.following.value ? undefined : state.thing.value),
  },
  { name: 'Watch a twin of the worst 1 %', key: 'W', available: hasResults, run: (session) => void session.watchRank('worst 1 %') },
  { name: 'Watch the median twin', key: 'M', available: hasResults, run: (session) => void session.watchRank('median') },
  { name: 'Watch a twin of the best 1 %', key: 'B', available: hasResults, run: (session) => void session.watchRank('best 1 %') },
  {
    name: 'New experiment',
    key: 'N',
    editing: true,
    run: (session) => void session.openStudy().then((study) => (study.naming.value = true)),
  },
  {
    name: 'Run the experiment',
    key: 'X',
    available: ({ state }) => state.study.value?.definition.value !== undefined && !state.study.value.running.value,
    run: ({ state }) => void state.study.value?.run(),
  },
  {
    name: 'Cancel the experiment; what was reached stays',
    key: 'Shift-X',
    available: ({ state }) => state.study.value?.running.value === true,
    run: ({ state }) => state.study.value?.cancel(),
  },
  {
    name: 'Apply the chosen design to the scene',
    key: 'A',
    editing: true,
    available: ({ state }) => (state.study.value?.report.value?.chosen ?? -1) >= 0,
    run: ({ state }) => void state.study.value?.offer(state.study.value.report.value?.chosen ?? -1),
  },
  { name: 'Heat over the floor, or none', key: 'H', run: (session) => void toggleHeat(session) },
  { name: 'Viewpoints', key: 'V', run: (session) => void toggleViews(session) },
  {
    name: 'Models, or plain shapes',
    key: 'Shift-V',
    available: ({ state }) => state.tree.value !== undefined,
    editing: true,
    run: (session) => void switchStyle(session),
  },
  { name: 'Save a picture of the floor', key: 'Shift-S', available: isDrawn, run: (session) => void savePictureOf(session) },
  { name: 'Picture or film of the floor …', key: 'Shift-F', available: isDrawn, run: (session) => void openPictures(session) },
  { name: 'Fit the floor into view', key: 'F', run: (session) => session.player.fit() },
  view('the floor', '1', 'floor'),
  view('the tables', '2', 'tables'),
  { ...view('the scene text', '3', 'scene'), editing: true },
  { ...view('the plant', '4', 'plant'), editing: true },
  view('the results', '5', 'results'),
  { ...view('the experiment', '6', 'experiment'), editing: true },
  view('the wall of twins', '7', 'wall'),
  view('the flow of the watched twin', '8', 'flow'),
  view('loose parts', '9', 'bulk'),
  { name: 'Light or dark', key: 'D', run: (session) => session.setDark(!session.state.dark.value) },
  { name: 'Keys', key: '?', run: ({ state }) => (state.dialog.value = 'keys') },
];

export function availableActions(session: Session): Action[] {
  const flights = viewpointsOf(session).map(
    ({ name }, i): Action => ({
      name: `Fly to viewpoint ${name}`,
      key: i < 9 ? `Alt-${i + 1}` : '',
      run: () => flyToViewpoint(session, name),
    }),
  );
  return [...ACTIONS, ...flights].filter(
    (action) => !(action.editing && session.state.embed.value) && (action.available?.(session) ?? true),
  );
}

/** The key of an event in the notation of `Action.key`. */
function keyOf(event: KeyboardEvent): string {
  const named: Record<string, string> = { ' ': 'Space', ArrowLeft: '←', ArrowRight: '→' };
  // With Alt a digit's key may give another character.
  if (event.altKey) return `Alt-${event.code.replace('Digit', '')}`;
  // Plus and minus with Shift give other characters on many keyboards; the keys tell where they are.
  if (event.shiftKey && !event.ctrlKey && !event.metaKey) {
    if (event.code === 'Equal' || event.code === 'NumpadAdd' || (event.key === '*' && event.code === 'BracketRight')) return 'Shift-+';
    if (event.code === 'Minus' || event.code === 'NumpadSubtract' || event.key === '_') return 'Shift--';
  }
  const letter = /^[a-z]$/i.test(event.key);
  const key = named[event.key] ?? (letter ? event.key.toUpperCase() : event.key);
  const control = event.ctrlKey || event.metaKey ? 'Ctrl-' : '';
  const shift = event.shiftKey && (letter || key.length > 1) ? 'Shift-' : '';
  return control + shift + key;
}

export function listenForKeys(session: Session): void {
  window.addEventListener('keydown', (event) => {
    const { dialog, notice } = session.state;
    if (event.defaultPrevented || (event.altKey && !/^Digit[1-9]$/.test(event.code))) return;
    if (event.key === 'Escape') {
      if (dialog.value !== '') return;
      if (notice.value) notice.value = undefined;
      else session.player.inspect(undefined);
      return;
    }
    const key = keyOf(event) === 'Ctrl-Y' ? 'Ctrl-Shift-Z' : keyOf(event);
    const plain = !key.startsWith('Ctrl-');
    // In an input the browser's own undo and letters hold; a focused control keeps the keys that operate it.
    if (isTyping(event.target) && (plain || key.endsWith('Z'))) return;
    // The dialog itself, not the state: a closed dialog's event may come after the next key.
    if (document.querySelector('dialog[open]') && key !== 'Ctrl-K') return;
    if (plain && event.target instanceof Element && OPERATED.has(key) && event.target.closest(OPERABLE)) return;
    const action = availableActions(session).find((one) => one.key === key);
    if (!action) return;
    event.preventDefault();
    action.run(session);
  });
}

const OPERATED = new Set(['Space', '←', '→', 'Home', 'Enter']);
const OPERABLE = 'button, a, summary, input, select, [role=toolbar], [role=tablist], [tabindex="0"]:not(canvas)';
