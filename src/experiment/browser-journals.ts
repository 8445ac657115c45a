/** The journals of a browser, loaded when the first study asks for them. */
import type { Journals } from './study-lab.ts';

export const browserJournals: Journals = {
  async open(scene, experiment, seed, onTrouble) {
    const { BrowserJournal } = await import('./journal-idb.ts');
    return BrowserJournal.open(scene, experiment, seed, onTrouble);
  },
  async twins(scene, experiment, seed) {
    const { keptStudies } = await import('./journal-idb.ts');
    const all = await keptStudies();
    return all.find((study) => study.scene === scene && study.experiment === experiment && study.seed === seed)?.twins ?? 0;
  },
  async kept() {
    const { keptStudies } = await import('./journal-idb.ts');
    return (await keptStudies())
      .filter(({ complete }) => !complete)
      .map(({ experiment, scene, used, twins }) => ({ experiment, scene, at: used, twins }));
  },
};
