/**
 * The stack machine that works out dispatch expressions (`src/scene/expression.ts` writes its programs). The value on top of the stack is kept
 * at hand, those under it in the block, from `L_STACK` on. All arithmetic saturates.
 */
import {
  FRACTION_BITS,
  OP_ABSOLUTE,
  OP_ADD,
  OP_CHOOSE,
  OP_DIVIDE,
  OP_EQUAL,
  OP_GREATER,
  OP_LESS,
  OP_LESSER,
  OP_MULTIPLY,
  OP_NEGATE,
  OP_NOT,
  OP_QUEUE,
  OP_SUBTRACT,
  OP_VALUE,
  OP_VARIABLE,
} from '../stations/expression-words.ts';
import { divScaled, L_STACK, mulShift, put, satAdd, satSub, table, word } from './memory.ts';
import { variable, whole } from './variables.ts';
import { partsAt } from './ways.ts';

/**
 * The value of a program (the words of the tables from `program` to `end`) for a part that waits at a node, `leg` being its step there:
 * a time in quanta, or a number with `FRACTION_BITS`. The least is served first.
 */
export function evaluate(program: number, end: number, part: number, leg: number, node: number): number {
  let at = program;
  let depth = 0;
  let b = 0;
  // Most keys are a variable, or one turned round: their first step needs no stack.
  if (table(at) === OP_VARIABLE) {
    b = variable(table(at + 1), part, leg, node);
    depth = 1;
    at += 2;
  }
  while (at < end) {
    const op = table(at);
    at += 1;
    let a = 0;
    let operand = 0;
    if (op <= OP_QUEUE) {
      put(L_STACK + depth, b); // what is below the first is never read
      depth += 1;
      operand = table(at);
      at += 1;
    } else if (op >= OP_ADD) {
      depth -= 1;
      a = word(L_STACK + depth);
    }
    switch (op) {
      case OP_VALUE:
        b = operand;
        break;
      case OP_VARIABLE:
        b = variable(operand, part, leg, node);
        break;
      case OP_QUEUE:
        b = whole(partsAt(operand));
        break;
      case OP_NEGATE:
        b = satSub(0, b);
        break;
      case OP_ABSOLUTE:
        b = Math.max(b, satSub(0, b));
        break;
      case OP_NOT:
        b = 1 - b;
        break;
      case OP_ADD:
        b = satAdd(a, b);
        break;
      case OP_SUBTRACT:
        b = satSub(a, b);
        break;
      case OP_MULTIPLY:
        b = mulShift(a, b, FRACTION_BITS);
        break;
      case OP_DIVIDE:
        b = divScaled(a, b, FRACTION_BITS);
        break;
      case OP_LESSER:
        b = Math.min(a, b);
        break;
      case OP_GREATER:
        b = Math.max(a, b);
        break;
      case OP_LESS:
        b = a < b ? 1 : 0;
        break;
      case OP_EQUAL:
        b = a === b ? 1 : 0;
        break;
      case OP_CHOOSE:
        depth -= 1;
        if (word(L_STACK + depth) !== 0) b = a;
        break;
    }
  }
  return b;
}
