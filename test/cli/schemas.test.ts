import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonSchemas } from '../../src/cli/schemas.ts';
import { ROOT } from '../support/content.ts';

describe('the JSON Schemas for editors', () => {
  it.each(Object.entries(jsonSchemas()))(
    '%s in docs/schemas is what the checks use',
    (file, text) => {
      expect(readFileSync(join(ROOT, 'docs', 'schemas', file), 'utf8')).toBe(text);
    },
  );

  it('describe each kind of file that .vscode/settings.json maps', () => {
    const settings = readFileSync(join(ROOT, '.vscode', 'settings.json'), 'utf8');
    const mapped = [...settings.matchAll(/docs\/schemas\/([\w.-]+)/g)].map(([, file]) => file);
    expect(new Set(mapped)).toEqual(new Set(Object.keys(jsonSchemas())));
  });
});
