/** The optimisers in words, by the names that scene files have for them. */
export const METHODS = {
  'cma-es': {
    name: 'CMA-ES',
    doc: 'A cloud of designs that drifts, widens and turns towards what does better; for many cheap designs, numbers and options mixed.',
  },
  'gaussian process': {
    name: 'Gaussian process',
    doc: 'A model of all designs that says where the next few are worth most; for plants of which only some hundred designs can be run.',
  },
  'nsga-ii': {
    name: 'NSGA-II',
    doc: 'A population that spreads along the best trade-offs between two or more objectives.',
  },
} as const;
