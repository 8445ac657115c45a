/** What can be laid over the floor, as actions: heat and viewpoints; and pictures of it. Their panels are parts of the page that come when they are asked for. */
import type { FloorPlan } from '../engine/trace.ts';
import type { HeatChoice } from './heat-figures.ts';
import { messageOf, type Session } from './session.ts';

const FIRST: HeatChoice = { what: 'blocked', over: 'mean', traffic: 'none' };
const last = new WeakMap<Session, HeatChoice>();

/** Lays heat over the floor as it was last chosen, or takes it off. */
export async function toggleHeat(session: Session): Promise<void> {
  const { heat } = session.state;
  if (heat.value) {
    last.set(session, heat.value);
    heat.value = undefined;
    return;
  }
  if (!(await came(session, import('./heat.ts'), 'heat'))) return;
  session.show('floor');
  heat.value = last.get(session) ?? FIRST;
}

export async function toggleViews(session: Session): Promise<void> {
  const { viewing, floorMessage } = session.state;
  if (floorMessage.value !== '') {
    session.notify('There is no picture of the floor here, and so no viewpoint.');
    return;
  }
  if (!viewing.value && !(await came(session, import('./viewpoints.ts'), 'viewpoints'))) return;
  if (!viewing.value) session.show('floor');
  viewing.value = !viewing.value;
}

/** Models or plain shapes: kept in the scene. */
export async function switchStyle(session: Session): Promise<void> {
  const { plan } = session.state;
  const style = plan.value?.style === 'plain' ? 'models' : 'plain';
  try {
    const { keepStyle } = await import('./viewpoint-text.ts');
    await session.edit(['view', 'style'], (text) => keepStyle(text, style));
  } catch (error) {
    session.notify(`The style cannot be changed: ${messageOf(error)}`);
  }
}

/** Those that the scene names, in name order. */
export const viewpointsOf = (session: Session): NonNullable<FloorPlan['viewpoints']> => session.state.plan.value?.viewpoints ?? [];

export function flyToViewpoint(session: Session, name: string): void {
  const found = viewpointsOf(session).find((one) => one.name === name);
  if (!found) return;
  const { name: _, ...viewpoint } = found;
  session.player.goTo(viewpoint);
  session.state.announcement.value = `Viewpoint ${name}.`;
}

/** Asks for a picture's size or a film's length, and makes it. */
export async function openPictures(session: Session): Promise<void> {
  if (await came(session, import('./pictures.ts'), 'pictures')) session.state.dialog.value = 'film';
}

export async function savePictureOf(session: Session): Promise<void> {
  if (await came(session, import('./pictures.ts'), 'pictures')) await (await import('./pictures.ts')).savePicture(session);
}

async function came(session: Session, part: Promise<unknown>, what: string): Promise<boolean> {
  try {
    await part;
    return true;
  } catch (error) {
    session.notify(`The part of the page for ${what} could not be loaded: ${messageOf(error)}`);
    return false;
  }
}
