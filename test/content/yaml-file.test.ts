import { expect, it } from 'vitest';
import { z } from 'zod';
import { formatFault } from '../../src/content/fault.ts';
import { readYaml } from '../../src/content/yaml-file.ts';

const schema = z.strictObject({
  title: z.string(),
  items: z.array(z.strictObject({ name: z.string(), size: z.int().optional() })).optional(),
});

function faultsIn(text: string): string[] {
  return readYaml('a.yaml', text, schema).faults.map(formatFault);
}

it('reads YAML that fits', () => {
  const read = readYaml('a.yaml', 'title: A\nitems:\n  - { name: x, size: 2 }\n', schema);
  expect(read.value).toEqual({ title: 'A', items: [{ name: 'x', size: 2 }] });
});

it('names the place of a value deep in a list', () => {
  expect(faultsIn('title: A\nitems:\n  - name: x\n    size: big\n')).toEqual([
    'a.yaml:4:5: error: "items.0.size": Invalid input: expected number, received string',
  ]);
});

it('names the nearest thing around a value that is missing', () => {
  expect(faultsIn('title: A\nitems:\n  - size: 3\n')).toEqual([
    'a.yaml:3:5: error: "items.0.name": is missing',
  ]);
});

it('names unknown keys at the first of them', () => {
  expect(faultsIn('title: A\ncolour: red\nsize: 2\n')).toEqual([
    'a.yaml:2:1: error: "colour": Unrecognized keys: "colour", "size"',
  ]);
});

it('reads JSON, and names the places of its faults', () => {
  const good = readYaml('a.json', '{ "title": "A \\": \\"", "items": [{ "name": "x" }] }', schema);
  expect(good.value).toEqual({ title: 'A ": "', items: [{ name: 'x' }] });
  expect(faultsIn('{\n  "title": "A",\n  "items": [{ "name": 3 }]\n}')).toEqual([
    'a.yaml:3:15: error: "items.0.name": Invalid input: expected string, received number',
  ]);
  expect(faultsIn('{ "title": "A", "title": "B" }')).toEqual([
    'a.yaml:1:17: error: "title" stands twice; keep one of them',
  ]);
  expect(faultsIn('{ "title": "A" ')).toEqual(['a.yaml:1:16: error: Flow map must end with a }']);
});

it('names a place in JSON that fits', () => {
  const read = readYaml('a.json', '{\n  "title": "A"\n}', schema);
  expect(read.value && formatFault(read.yaml.fault(['title'], 'is taken'))).toBe(
    'a.json:2:3: error: is taken',
  );
});

it.each([
  ['a quote that is not closed', 'title: "A\n', 'a.yaml:2:1: error: Missing closing "quote'],
  [
    'a key that stands twice',
    'title: A\ntitle: B\n',
    'a.yaml:2:1: error: "title" stands twice; keep one of them',
  ],
  ['an empty file', '', 'a.yaml:1:1: error: Invalid input: expected object, received null'],
])('reports %s', (_what, text, fault) => {
  expect(faultsIn(text)).toEqual([fault]);
});
