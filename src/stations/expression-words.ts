/**
 * The words of dispatch expressions: a program for a small stack machine, as it stands in the tables. Both engines use these names.
 * Every value is an i32: a `time` in quanta (ticks >> shift, see `quantumShift`), a `number` with 10 fractional bits, a `truth` as 0 or 1.
 * One operation serves all types where their arithmetic is the same, so that the machine stays small: `and` and `or` are the lesser and
 * the greater of two truths, and the comparisons are written with `less` and `equal` alone.
 */

/** Ends a program; the value on top of the stack is the result. */
export const OP_END = 0;
/** Pushes its operand. */
export const OP_VALUE = 1;
/** Pushes the variable whose code is its operand. */
export const OP_VARIABLE = 2;
/** Pushes the number of parts at the node that is its operand. */
export const OP_QUEUE = 3;
export const OP_ADD = 4;
export const OP_SUBTRACT = 5;
export const OP_MULTIPLY = 6; // at least one of the two is a number: (a × b) >> 10
export const OP_DIVIDE = 7; // by a number, or times by each other: (a << 10) ÷ b, toward 0; by 0: the extreme of a's sign, 0 ÷ 0 = 0
export const OP_NEGATE = 8;
export const OP_ABSOLUTE = 9;
export const OP_LESSER = 10;
export const OP_GREATER = 11;
export const OP_LESS = 12;
export const OP_EQUAL = 13;
export const OP_NOT = 14;
/** Takes a truth and two values, the first for true. */
export const OP_CHOOSE = 15;

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
