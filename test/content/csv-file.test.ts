import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { editCsv, readCsv } from '../../src/content/csv-file.ts';

const field = fc.stringMatching(/^[a-z ,"]*[a-z]$/);
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

it('keeps every row as it is spelt when nothing changes', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(field, field)), fc.constantFrom('\n', '\r\n'), (rows, end) => {
      const text = ['a,b', ...rows.map((row) => row.map(quoted).join(','))].join(end);
      expect(editCsv(text, (row) => row)).toBe(text);
    }),
  );
});

it('reads back what was written into a row, and leaves the others', () => {
  fc.assert(
    fc.property(field, field, (before, after) => {
      const text = `a,b\nx,${quoted(before)}\n"y",z\n`;
      const edited = editCsv(text, (row, line) => (line === 2 ? { ...row, b: after } : row));
      expect(edited.endsWith('\n"y",z\n')).toBe(true);
      const faults: never[] = [];
      const rows = readCsv({ file: 'a.csv', text: edited }, faults);
      expect(rows[0]?.['b']).toBe(after);
    }),
  );
});
