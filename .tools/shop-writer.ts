/**
 * From a subset of TypeScript to WGSL. What may be written in a module of `src/shop`:
 *
 * - At the top: imports by name; `let x = 0;` and `let b = false;`, registers, which live as long as a slice; `const X = 5;` of numbers and
 *   names of constants; functions with annotated parameters `number` or `boolean` that return `number`, `boolean` or `void`. Any may be exported.
 * - Statements: `const` and `let`, blocks, `if`, `while`, `for`, `switch` (every case ends with break, continue or return), `break`, `continue`,
 *   `return`, calls, `=`, `+= -= *= |= &= ^= <<= >>= >>>=`, `++` and `--`. Parameters and imported registers are not assigned to.
 * - Expressions: whole numbers, `true`, `false`, names, calls, `+ - * %`, `Math.trunc(a / b)`, `& | ^ ~ << >> >>>`, `! && ||`,
 *   `=== !== < <= > >=`, `c ? a : b`, `Math.imul`, `Math.clz32`, `Math.min`, `Math.max`, `Math.abs`, `e as number`.
 *
 * Every number is an i32, and what would not be one is the author's to avoid: sums and products that leave its range (`(a + b) | 0` and
 * `Math.imul` wrap), `>>>` by 0 of a negative number, a divisor of 0. Numbers from 2^31 on are refused but as operands of bitwise operators,
 * because TypeScript takes them for other numbers than the words that look alike; so `NIL` is refused: it is NONE.
 *
 * `c ? a : b` becomes `select`, which computes both, so a and b may call only what changes nothing and does not loop; where it is the whole
 * value of a declaration, an assignment or a `return`, it becomes an `if` and may be anything.
 *
 * `if (HAS_X && …)`: what depends on features alone is decided when a kernel is assembled (`src/engine/prune.ts`), so that what a plant does
 * not use is not compiled. Lines `//?HAS_A HAS_B|!HAS_C` … `//.` stay where all the words hold, a word where one of its names does;
 * lines `//!…` … `//.` stay where they do not.
 */
import type { ESTree } from 'vite';
import { annotated, type Declared, type Expression, type Fail, isIdle, named, type Type, walk, wgslType } from './shop-declarations.ts';
import { Expressions } from './shop-expressions.ts';

/** Whether a statement never goes on to the next. */
function ends(node: ESTree.Statement | null): boolean {
  if (node?.type === 'BlockStatement') return ends(node.body.at(-1) ?? null);
  if (node?.type === 'IfStatement') return ends(node.consequent) && ends(node.alternate);
  return node !== null && ['ReturnStatement', 'BreakStatement', 'ContinueStatement'].includes(node.type);
}

/** One module's text. `scope`: all names that it sees; `idle`: `idleFunctions` of all modules that are written. */
export function writeModule(program: ESTree.Program, scope: Map<string, Declared>, idle: Set<string>, fail: Fail): string {
  return new Writer(scope, idle, fail).module(program);
}

class Writer extends Expressions {
  private readonly lines: string[] = [];
  private depth = 0;
  private returns: Type = 'void';

  private line(text: string): void {
    this.lines.push('  '.repeat(this.depth) + text);
  }

  private inScope(body: () => void): void {
    this.scopes.push(new Map());
    this.depth++;
    body();
    this.depth--;
    this.scopes.pop();
  }

  // ── Declarations ─────────────────────────────────────────────────────────────────────────────────────────────────

  module(program: ESTree.Program): string {
    for (const statement of program.body) {
      if (statement.type === 'ImportDeclaration') continue;
      const node = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
      if (node?.type === 'FunctionDeclaration') this.functionOf(node);
      else if (node?.type === 'VariableDeclaration') this.global(node);
      else this.fail(statement, 'expected an import, a function, a register (let) or a constant');
    }
    return `${this.lines.join('\n')}\n`;
  }

  private global(node: ESTree.VariableDeclaration): void {
    for (const { id, init, start } of node.declarations) {
      if (id.type !== 'Identifier' || !init) return this.fail({ start }, 'expected a name and a value');
      const declared = this.scopes[0]?.get(id.name) as Declared;
      walk(init, (each) => {
        const constant = each.type === 'Identifier' && this.scopes[0]?.get(each.name)?.kind === 'constant';
        const shape = each.type === 'Identifier' && /^(?:AT|L|N|HAS)_/.test(each.name);
        if (each.type === 'CallExpression' || (each.type === 'Identifier' && (!constant || shape)))
          this.fail(each, 'expected a number, true, false or names of constants: the shape of a plant is not known here yet');
      });
      const text = this.typed(init, declared.type);
      const head = declared.kind === 'constant' ? 'const' : 'var<private>';
      this.line(`${head} ${declared.written ?? named(id.name)}: ${wgslType(declared.type)} = ${text};`);
    }
  }

  private functionOf(node: ESTree.Function): void {
    const declared = this.scopes[0]?.get(node.id?.name ?? '');
    if (declared?.parameters === undefined || !node.body || node.async || node.generator)
      return this.fail(node, 'expected parameters annotated number or boolean, and a result number, boolean or void');
    const scope = new Map<string, Declared>();
    const parameters = node.params.map((parameter, i) => {
      const type = declared.parameters?.[i] as Type;
      const { name } = parameter as ESTree.BindingIdentifier;
      scope.set(name, { kind: 'parameter', type, at: parameter.start });
      return `${named(name)}: ${wgslType(type)}`;
    });
    this.returns = declared.type;
    this.line(
      `fn ${declared.written ?? named(node.id?.name as string)}(${parameters.join(', ')})${declared.type === 'void' ? '' : ` -> ${wgslType(declared.type)}`} {`,
    );
    this.scopes.push(scope);
    this.block(node.body.body);
    this.scopes.pop();
    this.line('}');
  }

  // ── Statements ───────────────────────────────────────────────────────────────────────────────────────────────────

  private block(body: (ESTree.Statement | ESTree.Directive)[]): void {
    this.inScope(() => body.forEach((statement) => this.statement(statement)));
  }

  /** A statement as the inside of braces. */
  private inside(node: ESTree.Statement): void {
    this.block(node.type === 'BlockStatement' ? node.body : [node]);
  }

  private statement(node: ESTree.Statement | ESTree.Directive): void {
    switch (node.type) {
      case 'BlockStatement':
        this.line('{');
        this.block(node.body);
        return this.line('}');
      case 'VariableDeclaration':
        for (const { id, init, start } of node.declarations) {
          if (id.type !== 'Identifier') return this.fail({ start }, 'expected a name');
          this.local(node.kind, id, init);
        }
        return;
      case 'ExpressionStatement':
        if (node.expression.type === 'CallExpression' && this.unheard(node.expression)) return;
        return this.assigned(node.expression);
      case 'ReturnStatement': {
        if (node.argument === null) return this.line('return;');
        return this.valued(node.argument, this.returns, (text) => `return ${text};`);
      }
      case 'BreakStatement':
      case 'ContinueStatement':
        if (node.label) this.fail(node, 'there are no labels in WGSL');
        return this.line(node.type === 'BreakStatement' ? 'break;' : 'continue;');
      case 'IfStatement':
        return this.choice(
          node.test,
          () => this.inside(node.consequent),
          node.alternate ? () => this.inside(node.alternate as ESTree.Statement) : undefined,
          [ends(node.consequent), ends(node.alternate)],
        );
      case 'WhileStatement':
        this.line(node.test.type === 'Literal' && node.test.value === true ? 'loop {' : `while (${this.typed(node.test, 'boolean')}) {`);
        this.inside(node.body);
        return this.line('}');
      case 'ForStatement':
        return this.loop(node);
      case 'SwitchStatement':
        return this.cases(node);
      case 'EmptyStatement':
        return;
      default:
        return this.fail(node, `${node.type} is not in the subset; see .tools/shop-writer.ts`);
    }
  }

  private local(kind: string, id: ESTree.BindingIdentifier, init: Expression | null): void {
    if (kind !== 'let' && kind !== 'const') this.fail(id, 'expected let or const');
    if (init === null) {
      const type = annotated(id);
      if (type === undefined) return this.fail(id, 'a local without a value needs its type: number or boolean');
      this.line(`var ${named(id.name)}: ${wgslType(type)};`);
      this.declare(id, 'let', type);
    } else if (init.type === 'ConditionalExpression' && !isIdle(init, this.idle)) {
      const type = this.typeOf(init);
      this.line(`var ${named(id.name)}: ${wgslType(type)};`);
      this.valued(init, type, (text) => `${named(id.name)} = ${text};`);
      this.declare(id, kind as 'let' | 'const', type);
    } else {
      const [text, type] = this.write(init);
      if (type === 'void') this.fail(init, 'expected a value');
      this.line(kind === 'let' ? `var ${named(id.name)}: ${wgslType(type)} = ${text};` : `let ${named(id.name)} = ${text};`);
      this.declare(id, kind as 'let' | 'const', type);
    }
  }

  private declare(id: ESTree.BindingIdentifier, kind: 'let' | 'const', type: Type): void {
    this.scopes.at(-1)?.set(id.name, { kind, type, at: id.start });
  }

  /** A statement that takes a value. A choice between values that do something becomes a choice between statements. */
  private valued(node: Expression, type: Type, statement: (text: string) => string): void {
    if (node.type === 'ConditionalExpression' && !isIdle(node, this.idle)) {
      const branch = (value: Expression) => () => this.inScope(() => this.valued(value, type, statement));
      const returns = statement('').startsWith('return');
      return this.choice(node.test, branch(node.consequent), branch(node.alternate), [returns, returns]);
    }
    return this.line(statement(this.typed(node, type)));
  }

  /** Writes `if`; what features alone decide stands between marks for `prune`. `over`: whether the branches never go on to the next statement. */
  private choice(test: Expression, then: () => void, other: (() => void) | undefined, over: [boolean, boolean]): void {
    const conditions = conjuncts(test);
    const marks = conditions.map(featuresIn).filter((mark) => mark !== undefined);
    const fixed = conditions.filter((condition) => featuresIn(condition) !== undefined);
    const rest = conditions.filter((condition) => featuresIn(condition) === undefined);
    const all = (parts: Expression[]): string => parts.map((part) => this.typed(part, 'boolean')).join(' && ');
    if (marks.length === 0) {
      this.line(`if (${this.typed(test, 'boolean')}) {`);
      then();
      if (other !== undefined) {
        this.line('} else {');
        other();
      }
      return this.line('}');
    }
    // A bare block where both branches end what they stand in; else a condition, so that nothing behind it counts as out of reach.
    const bare = over[0] && over[1];
    this.line(`//?${marks.join(' ')}`);
    this.line(rest.length > 0 ? `if (${all(rest)}) {` : bare ? '{' : `if (${all(fixed)}) {`);
    then();
    this.line(rest.length > 0 && other !== undefined ? '} else {' : '}');
    this.line('//.');
    if (other === undefined) return;
    this.line(`//!${marks.join(' ')}`);
    this.line(bare ? '{' : `if (!(${all(fixed)})) {`);
    if (rest.length > 0) this.line('//.');
    other();
    this.line('}');
    if (rest.length === 0) this.line('//.');
  }

  private loop(node: ESTree.ForStatement): void {
    this.scopes.push(new Map());
    const { init, test, update } = node;
    let first = '';
    if (init?.type === 'VariableDeclaration') {
      const [only, ...others] = init.declarations;
      if (others.length > 0 || only?.id.type !== 'Identifier' || !only.init) this.fail(init, 'expected one name and its value');
      const { id, init: value } = only as { id: ESTree.BindingIdentifier; init: Expression };
      const [text, type] = this.write(value);
      this.declare(id, 'let', type);
      first = `var ${named(id.name)}: ${wgslType(type)} = ${text}`;
    } else if (init) {
      first = this.assignment(init);
    }
    const condition = test ? this.typed(test, 'boolean') : '';
    this.line(`for (${first}; ${condition}; ${update ? this.assignment(update) : ''}) {`);
    this.inside(node.body);
    this.line('}');
    this.scopes.pop();
  }

  private cases(node: ESTree.SwitchStatement): void {
    this.line(`switch (${this.typed(node.discriminant, 'number')}) {`);
    this.depth++;
    let labels: string[] = [];
    let isDefault = false;
    let hasDefault = false;
    for (const [i, { test, consequent, start }] of node.cases.entries()) {
      if (test === null) isDefault = hasDefault = true;
      else labels.push(this.typed(test, 'number'));
      const last = i === node.cases.length - 1;
      if (consequent.length === 0 && !last) continue;
      const body = consequent.length === 1 && consequent[0]?.type === 'BlockStatement' ? consequent[0].body : consequent;
      if (!last && !ends(body.at(-1) ?? null))
        this.fail({ start }, 'a case must end with break, continue or return: WGSL does not fall through');
      const head = isDefault ? `case ${[...labels, 'default'].join(', ')}` : `case ${labels.join(', ')}`;
      this.line(`${isDefault && labels.length === 0 ? 'default' : head}: {`);
      this.block(body.at(-1)?.type === 'BreakStatement' ? body.slice(0, -1) : body);
      this.line('}');
      labels = [];
      isDefault = false;
    }
    if (!hasDefault) this.line('default: {}');
    this.depth--;
    this.line('}');
  }

  private assigned(node: Expression): void {
    if (node.type === 'AssignmentExpression' && node.operator === '=' && node.right.type === 'ConditionalExpression') {
      const declared = this.target(node.left);
      return this.valued(node.right, declared.type, (text) => `${this.nameOf(node.left)} = ${text};`);
    }
    return this.line(`${this.assignment(node)};`);
  }

  private nameOf(node: ESTree.Node): string {
    const { name } = node as ESTree.IdentifierReference;
    return this.lookUp(node as ESTree.IdentifierReference).written ?? named(name);
  }

  /** What is assigned to. */
  private target(node: ESTree.Node): Declared {
    if (node.type !== 'Identifier') return this.fail(node, 'only names are assigned to; words by put(i, value)');
    const declared = this.lookUp(node);
    if (declared.kind === 'parameter') this.fail(node, `${node.name} is a parameter, which WGSL does not change: copy it to a local`);
    if (declared.foreign) this.fail(node, `${node.name} is imported: the module that declares it sets it`);
    if (declared.kind !== 'let' && declared.kind !== 'register') this.fail(node, `${node.name} is constant`);
    return declared;
  }

  /** An assignment, a step or a call, without its semicolon. */
  private assignment(node: Expression): string {
    if (node.type === 'CallExpression') return this.call(node)[0];
    if (node.type === 'UpdateExpression') {
      this.target(node.argument);
      return `${this.nameOf(node.argument)}${node.operator}`;
    }
    if (node.type !== 'AssignmentExpression') return this.fail(node, 'expected an assignment or a call');
    const declared = this.target(node.left);
    const name = this.nameOf(node.left);
    if (node.operator === '=') return `${name} = ${this.typed(node.right, declared.type)}`;
    // TypeScript reads the name before it computes the right side.
    if (declared.kind === 'register' && !isIdle(node.right, this.idle))
      this.fail(node, `${name} may change while the right side is computed: compute that first`);
    const operator = node.operator.slice(0, -1);
    if (!['+', '-', '*', '|', '&', '^', '<<', '>>', '>>>'].includes(operator)) this.fail(node, `${node.operator} is not in the subset`);
    if (declared.type !== 'number') this.fail(node, `expected a number, found ${declared.type} ${name}`);
    return `${name} = ${this.operation(operator, name, node.right)}`;
  }
}

/** The parts of a condition that must all hold. */
function conjuncts(node: Expression): Expression[] {
  if (node.type === 'ParenthesizedExpression') return conjuncts(node.expression);
  return node.type === 'LogicalExpression' && node.operator === '&&' ? [...conjuncts(node.left), ...conjuncts(node.right)] : [node];
}

/** The mark of a condition on features alone, one of which must hold; undefined where it is none. */
function featuresIn(node: Expression): string | undefined {
  if (node.type === 'ParenthesizedExpression') return featuresIn(node.expression);
  if (node.type === 'Identifier') return node.name.startsWith('HAS_') ? node.name : undefined;
  if (node.type === 'UnaryExpression' && node.operator === '!' && node.argument.type === 'Identifier')
    return node.argument.name.startsWith('HAS_') ? `!${node.argument.name}` : undefined;
  if (node.type !== 'LogicalExpression' || node.operator !== '||') return undefined;
  const [left, right] = [featuresIn(node.left), featuresIn(node.right)];
  return left !== undefined && right !== undefined ? `${left}|${right}` : undefined;
}
