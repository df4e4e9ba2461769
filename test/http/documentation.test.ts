import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { discover } from '../../src/decision/discover.ts';
import { ROOT, theContent } from '../support/content.ts';

const page = readFileSync(join(ROOT, 'docs', 'connecting-an-ehr.md'), 'utf8');

describe('D-17: the page for EHR teams', () => {
  it('D-17: lists every service with its hook', async () => {
    const { services } = discover(await theContent());
    const missing = services.filter(
      ({ id, hook }) => !page.includes(`| \`${id}\` | \`${hook}\` |`),
    );
    expect(missing.map(({ id }) => id)).toEqual([]);
  });

  it('D-17: lists every prefetch key with its template, lists of codes left to discovery', async () => {
    const { services } = discover(await theContent());
    const rows = services
      .flatMap(({ prefetch }) => Object.entries(prefetch ?? {}))
      .map(([key, url]) => `| \`${key}\` | \`${url.replace(/(code|category)=.*$/, '$1=…')}\` |`);
    expect(rows.filter((row) => !page.includes(row))).toEqual([]);
  });

  it.each(['System actions', 'Feedback', 'Authentication'])(
    'D-17: says where %s stand',
    (topic) => {
      expect(page).toMatch(new RegExp(`^(?:- \\*\\*${topic}\\*\\*: .|## ${topic}$)`, 'm'));
    },
  );
});
