/** Expressions of the subset, as WGSL. See `shop-writer.ts`. */
import type { ESTree } from 'vite';
import { type Declared, type Expression, type Fail, isIdle, named, type Type, valueOf } from './shop-declarations.ts';

const OF_MATH: Record<string, [arguments_: number, wgsl: string]> = {
  clz32: [1, 'countLeadingZeros'],
  abs: [1, 'abs'],
  min: [2, 'min'],
  max: [2, 'max'],
};

/** Writes expressions, with all that they see in scope. */
export class Expressions {
  protected readonly scopes: Map<string, Declared>[];
  protected readonly idle: Set<string>;
  protected readonly failAt: Fail;

  constructor(scope: Map<string, Declared>, idle: Set<string>, fail: Fail) {
    this.scopes = [scope];
    this.idle = idle;
    this.failAt = fail;
  }

  protected fail(node: { start: number }, message: string): never {
    return this.failAt(node.start, message);
  }

  protected lookUp(node: { name: string; start: number }): Declared {
    return (
      this.scopes.findLast((each) => each.has(node.name))?.get(node.name) ??
      this.fail(node, `${node.name} is not declared here, nor imported as a number, boolean or function`)
    );
  }

  /** Of a choice between values that may do something. */
  protected typeOf(node: Expression): Type {
    return node.type === 'ConditionalExpression' ? this.typeOf(node.consequent) : this.write(node)[1];
  }

  protected typed(node: Expression, type: Type, bits = false): string {
    const [text, found] = this.write(node, bits);
    if (found !== type) this.fail(node, `expected a ${type}, found a ${found}`);
    return text;
  }

  /** An expression and its type; what has operators is in parentheses. `bits`: it is an operand of a bitwise operator. */
  protected write(node: Expression, bits = false): [text: string, type: Type] {
    const value = valueOf(node);
    if (value !== undefined) return [this.number(node, value, bits), 'number'];
    switch (node.type) {
      case 'Literal':
        if (typeof node.value === 'boolean') return [String(node.value), 'boolean'];
        break;
      case 'Identifier': {
        const declared = this.lookUp(node);
        if (declared.kind === 'function') this.fail(node, `${node.name} is a function: call it`);
        if (declared.wide && !bits)
          this.fail(
            node,
            `${node.name} is another number in TypeScript than the word that looks like it: use NONE, NEVER or a bitwise operator`,
          );
        return [declared.written ?? named(node.name), declared.type];
      }
      case 'ParenthesizedExpression':
        return this.write(node.expression, bits);
      case 'TSAsExpression':
        if (node.typeAnnotation.type === 'TSNumberKeyword') return this.write(node.expression, bits);
        break;
      case 'UnaryExpression':
        if (node.operator === '!') return [`!${this.typed(node.argument, 'boolean')}`, 'boolean'];
        if (node.operator === '-' || node.operator === '~') return [`(${node.operator}${this.typed(node.argument, 'number')})`, 'number'];
        break;
      case 'LogicalExpression':
        if (node.operator === '??') break;
        return [`(${this.typed(node.left, 'boolean')} ${node.operator} ${this.typed(node.right, 'boolean')})`, 'boolean'];
      case 'BinaryExpression':
        return this.binary(node as ESTree.BinaryExpression);
      case 'ConditionalExpression': {
        if (!isIdle(node, this.idle))
          this.fail(node, 'both sides of a ? b : c inside an expression are computed: they may not change anything or loop; use if');
        const [text, type] = this.write(node.consequent);
        return [`select(${this.typed(node.alternate, type)}, ${text}, ${this.typed(node.test, 'boolean')})`, type];
      }
      case 'CallExpression':
        return this.call(node);
    }
    return this.fail(node, `${node.type} is not in the subset; see .tools/shop-writer.ts`);
  }

  private number(node: Expression, value: number, bits: boolean): string {
    if (!Number.isInteger(value) || Math.abs(value) > 0xffffffff) this.fail(node, `${value} is not a whole number of 32 bits`);
    if (value !== (value | 0) && !bits)
      this.fail(node, `${value} is another number in TypeScript than the word that looks like it: write ${value | 0}`);
    return (value | 0) < 0 ? `(${value | 0})` : String(value | 0);
  }

  private binary(node: ESTree.BinaryExpression): [string, Type] {
    const { operator, left, right } = node;
    if (operator === '===' || operator === '!==') {
      const [text, type] = this.write(left);
      return [`(${text} ${operator.slice(0, -1)} ${this.typed(right, type)})`, 'boolean'];
    }
    if (['<', '<=', '>', '>='].includes(operator))
      return [`(${this.typed(left, 'number')} ${operator} ${this.typed(right, 'number')})`, 'boolean'];
    if (operator === '/') return this.fail(node, 'numbers are whole: write Math.trunc(a / b)');
    if (!['+', '-', '*', '%', '|', '&', '^', '<<', '>>', '>>>'].includes(operator))
      return this.fail(node, `${operator} is not in the subset`);
    return [`(${this.operation(operator, this.typed(left, 'number', /[|&^]|<<|>>/.test(operator)), right)})`, 'number'];
  }

  protected operation(operator: string, left: string, right: Expression): string {
    if (!/<<|>>/.test(operator)) return `${left} ${operator} ${this.typed(right, 'number', /[|&^]/.test(operator))}`;
    const places = valueOf(right);
    if (places !== undefined && (places < 0 || places > 31 || (operator === '>>>' && places === 0)))
      this.fail(right, `a shift by ${places} is not the same in TypeScript and WGSL`);
    const by = places === undefined ? `u32(${this.typed(right, 'number')})` : `${places}u`;
    return operator === '>>>' ? `i32(u32(${left}) >> ${by})` : `${left} ${operator} ${by}`;
  }

  protected unheard(node: ESTree.CallExpression): boolean {
    return node.callee.type === 'Identifier' && this.lookUp(node.callee).unheard === true;
  }

  protected call(node: ESTree.CallExpression): [string, Type] {
    const { callee } = node;
    const given = node.arguments as Expression[];
    if (
      callee.type === 'MemberExpression' &&
      callee.object.type === 'Identifier' &&
      callee.object.name === 'Math' &&
      callee.property.type === 'Identifier'
    ) {
      const method = callee.property.name;
      const [first, second] = given as [Expression, Expression];
      if (method === 'imul' && given.length === 2)
        return [`(${this.typed(first, 'number', true)} * ${this.typed(second, 'number', true)})`, 'number'];
      if (method === 'trunc' && first?.type === 'BinaryExpression' && first.operator === '/')
        return [`(${this.typed(first.left as Expression, 'number')} / ${this.typed(first.right, 'number')})`, 'number'];
      const [arity, name] = OF_MATH[method] ?? [-1, ''];
      if (arity !== given.length)
        this.fail(node, `expected Math.imul(a, b), Math.trunc(a / b), Math.${Object.keys(OF_MATH).join(', Math.')} of one or two numbers`);
      return [`${name}(${given.map((each) => this.typed(each, 'number')).join(', ')})`, 'number'];
    }
    if (callee.type !== 'Identifier') return this.fail(callee, 'only functions of this folder and of Math are called');
    const { kind, parameters, type, unheard, written } = this.lookUp(callee);
    if (kind !== 'function' || parameters === undefined) return this.fail(callee, `${callee.name} is no function`);
    if (unheard) this.fail(callee, `${callee.name} is left out in WGSL, so it can only be a statement of its own`);
    if (parameters.length !== given.length) this.fail(node, `${callee.name} takes ${parameters.length} values, found ${given.length}`);
    const texts = given.map((each, i) => this.typed(each, parameters[i] as Type));
    return [`${written ?? named(callee.name)}(${texts.join(', ')})`, type];
  }
}
