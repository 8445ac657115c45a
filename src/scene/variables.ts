/** What a dispatch expression can say about the part and the plant: for the parser, the documentation and the page. */
import * as words from '../stations/expression-words.ts';

export interface Variable {
  code: number;
  type: 'time' | 'number';
  unit: string;
  meaning: string;
}

/** Everything an expression can say about the part and the plant. */
export const VARIABLES: Readonly<Record<string, Variable>> = {
  now: { code: words.VARIABLE_NOW, type: 'time', unit: 'from the start', meaning: 'the present time' },
  due: {
    code: words.VARIABLE_DUE,
    type: 'time',
    unit: 'from the start',
    meaning: "the part's due date; the far future for a part that has none",
  },
  release: { code: words.VARIABLE_RELEASE, type: 'time', unit: 'from the start', meaning: 'when the part was made' },
  arrival: { code: words.VARIABLE_ARRIVAL, type: 'time', unit: 'from the start', meaning: 'when the part began to wait here' },
  waiting: { code: words.VARIABLE_WAITING, type: 'time', unit: 'duration', meaning: 'how long the part has waited here: now - arrival' },
  processing: {
    code: words.VARIABLE_PROCESSING,
    type: 'time',
    unit: 'duration',
    meaning: 'the mean processing time of the step the part waits for',
  },
  remainingWork: {
    code: words.VARIABLE_REMAINING_WORK,
    type: 'time',
    unit: 'duration',
    meaning: 'the mean processing time of all steps still to do, this one included',
  },
  remainingSteps: {
    code: words.VARIABLE_REMAINING_STEPS,
    type: 'number',
    unit: 'steps',
    meaning: 'how many steps are still to do, this one included',
  },
  priority: { code: words.VARIABLE_PRIORITY, type: 'number', unit: '', meaning: "the part's priority: larger is more urgent" },
  size: { code: words.VARIABLE_SIZE, type: 'number', unit: 'pieces', meaning: 'the pieces in the part' },
  setup: {
    code: words.VARIABLE_SETUP,
    type: 'time',
    unit: 'duration',
    meaning: 'the mean time of the set-up that the part would need; 0 for none',
  },
  reworks: { code: words.VARIABLE_REWORKS, type: 'number', unit: 'loops', meaning: 'how often the part has been sent back for rework' },
};
