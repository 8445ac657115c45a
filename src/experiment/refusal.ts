/** Why a study cannot be run, or cannot go on, said by path. */
import type { Problem } from '../scene/problems.ts';

/** Raised where the scene or the experiment does not allow a study: problems by path. */
export class StudyRefusal extends Error {
  readonly problems: Problem[];
  constructor(problems: Problem[]) {
    super(problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('\n'));
    this.name = 'StudyRefusal';
    this.problems = problems;
  }
}
