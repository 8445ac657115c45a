/**
 * The words of dispatch expressions: a program for a small stack machine, as it stands in the tables. Both engines use these names.
 * Every value is an i32: a `time` in quanta (ticks >> shift, see `quantumShift`), a `number` with 10 fractional bits, a `truth` as 0 or 1.
 * One operation serves all types where their arithmetic is the same, so that the machine stays small: `and` and `or` are the lesser and
 * the greater of two truths, and the comparisons are written with `less` and `equal` alone.
 */

// In three runs, so that the machine knows what each does to the stack: those that push their operand's value …
/** The operand itself. */
export const OP_VALUE = 0;
/** The variable whose code is the operand. */
export const OP_VARIABLE = 1;
/** The number of parts at the node whose address is the operand. */
export const OP_QUEUE = 2;
// … those that change the value on top …
export const OP_NEGATE = 3;
export const OP_ABSOLUTE = 4;
export const OP_NOT = 5;
// … and those that take the two on top, a and then b, and put one in their place.
export const OP_ADD = 6;
export const OP_SUBTRACT = 7;
export const OP_MULTIPLY = 8; // at least one of the two is a number: (a × b) >> 10
export const OP_DIVIDE = 9; // by a number, or times by each other: (a << 10) ÷ b, toward 0; by 0: the extreme of a's sign, 0 ÷ 0 = 0
export const OP_LESSER = 10;
export const OP_GREATER = 11;
export const OP_LESS = 12;
export const OP_EQUAL = 13;
/** Takes a truth below them too: a where it holds, else b. */
export const OP_CHOOSE = 14;

export const VARIABLE_NOW = 0;
export const VARIABLE_DUE = 1;
export const VARIABLE_RELEASE = 2;
export const VARIABLE_ARRIVAL = 3;
export const VARIABLE_WAITING = 4;
export const VARIABLE_PROCESSING = 5;
export const VARIABLE_REMAINING_WORK = 6;
export const VARIABLE_REMAINING_STEPS = 7;
export const VARIABLE_PRIORITY = 8;
export const VARIABLE_SIZE = 9;
export const VARIABLE_SETUP = 10;
export const VARIABLE_REWORKS = 11;

/** Fractional bits of a `number`. */
export const FRACTION_BITS = 10;
/** The most values on the stack at once: the words from `L_STACK` on. */
export const STACK_WORDS = 16;
/** The largest value; additions, products and quotients saturate there and at its negative less 1. A due date that is not set is this. */
export const MOST = 0x7fffffff;
/** The largest whole number that a `number` can hold: counts are cut there. */
export const MOST_WHOLE = 0x1fffff;
