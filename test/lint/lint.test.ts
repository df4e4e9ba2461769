import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { formatFault } from '../../src/content/fault.ts';
import { lint } from '../../src/lint/lint.ts';
import { WARNING_KINDS } from '../../src/lint/finding.ts';
import { ROOT, theContent } from '../support/content.ts';

const readDoc = (name: string) => readFileSync(join(ROOT, 'docs', name), 'utf8');

it('the rules of the project have no warning that is not silenced with a reason', async () => {
  const { program, services } = await theContent();
  const libraries = [...program.elms.keys()].filter((name) => name !== 'FHIRHelpers');
  const texts = libraries.map(
    (name) => [name, readFileSync(join(ROOT, 'cql', `${name}.cql`), 'utf8')] as const,
  );
  expect(lint(program, new Map(texts), services).map(formatFault)).toEqual([]);
});

it('docs/writing-rules.md says of each warning what to write instead', () => {
  const rows = [...readDoc('writing-rules.md').matchAll(/^\| `([a-z-]+)` \|/gm)].map(
    ([, name]) => name,
  );
  expect(rows.filter((name) => WARNING_KINDS.some((kind) => kind === name))).toEqual([
    ...WARNING_KINDS,
  ]);
});
