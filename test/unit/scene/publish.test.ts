import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { publishedSchema } from '../../../src/scene/publish.ts';
import type { Loose } from './example.ts';

const file = new URL('../../../public/scene.schema.json', import.meta.url);

test('public/scene.schema.json is what the code says (UPDATE=1 writes it)', () => {
  if (process.env.UPDATE === '1') writeFileSync(file, publishedSchema());
  expect(readFileSync(file, 'utf8')).toBe(publishedSchema());
});

const schema: Loose = JSON.parse(publishedSchema());

test('a duration is a number of at least 0 or a text with a unit', () => {
  const [number, text] = schema.$defs.duration.anyOf;
  expect(number).toEqual({ type: 'number', minimum: 0 });
  expect(text).toEqual({ type: 'string', pattern: expect.any(String) });
  const pattern = new RegExp(text.pattern, 'u');
  for (const good of ['45 s', '3 min', '2 h', '1.5e3 ms', '0.5 d', '1 w']) expect(good).toMatch(pattern);
  for (const bad of ['45', '3 mins', '-2 h', 's', '1.5e3', ' 3 s', '3 s ']) expect(bad).not.toMatch(pattern);
});

test('a distribution is a duration or an object with one key', () => {
  const forms = schema.$defs.distribution.anyOf;
  expect(forms.map((form: Loose) => form.type)).toEqual(['number', 'string', 'object']);
  const object = forms[2];
  expect(object).toMatchObject({ additionalProperties: false, minProperties: 1, maxProperties: 1 });
  expect(Object.keys(object.properties)).toEqual([
    'constant',
    'uniform',
    'triangular',
    'normal',
    'lognormal',
    'exponential',
    'erlang',
    'gamma',
    'weibull',
    'beta',
    'empirical',
    'discrete',
  ]);
});

test('every field has a description, and no object takes unknown keys', () => {
  const bare: string[] = [];
  (function visit(node: Loose, path: string): void {
    if (typeof node !== 'object' || node === null) return;
    if (node.type === 'object' && node.additionalProperties !== false && typeof node.additionalProperties !== 'object')
      bare.push(`${path} is open`);
    for (const [key, field] of Object.entries<Loose>(node.properties ?? {})) {
      const described = field.description ?? schema.$defs[field.$ref?.replace('#/$defs/', '')]?.description;
      if (!described) bare.push(`${path}.${key}`);
    }
    for (const [key, inner] of Object.entries<Loose>(node)) visit(inner, `${path}/${key}`);
  })(schema, '');
  expect(bare).toEqual([]);
  expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
});
