import { describe, expect, it } from 'vitest';
import type { Finding, WarningKind } from '../../src/lint/finding.ts';
import { WARNING_KINDS } from '../../src/lint/finding.ts';
import { silence } from '../../src/lint/silences.ts';

const at = (kind: WarningKind, line: number): Finding => ({
  kind,
  library: 'A',
  line,
  column: 1,
  message: '',
});

/** What is left of the findings, and what is wrong with the comments. */
function silenced(lines: readonly string[], findings: readonly Finding[]) {
  const { left, faults } = silence('A', lines.join('\n'), findings);
  return {
    left: left.map(({ kind, line }) => `${line} ${kind}`),
    faults: faults.map(({ line, column, message }) => `${line}:${column}: ${message}`),
  };
}

const WRITTEN = 'write // nerveroot-check allow <name of the warning>: <reason>';

describe('a comment with a reason silences a warning', () => {
  it('of the line that it stands on', () => {
    const line = 'define X: 1 // nerveroot-check allow sort-null: no day is missing';
    expect(silenced([line], [at('sort-null', 1)])).toEqual({ left: [], faults: [] });
  });

  it('of the next line of code, when it stands alone', () => {
    const lines = [
      '  // nerveroot-check allow sort-null: no day is missing',
      '',
      '  // Another comment.',
      '  define X: 1',
    ];
    expect(silenced(lines, [at('sort-null', 4)])).toEqual({ left: [], faults: [] });
  });

  it('and one above it another of the same line', () => {
    const lines = [
      '// nerveroot-check allow sort-null: no day is missing',
      '// nerveroot-check allow flatten-null: no list is missing',
      'define X: 1',
    ];
    const found = [at('sort-null', 3), at('flatten-null', 3)];
    expect(silenced(lines, found)).toEqual({ left: [], faults: [] });
  });

  it('and not those of another name or another line', () => {
    const lines = [
      '// nerveroot-check allow sort-null: no day is missing',
      'define X: 1',
      'define Y: 1',
    ];
    const found = [at('sort-null', 2), at('flatten-null', 2), at('sort-null', 3)];
    expect(silenced(lines, found)).toEqual({ left: ['2 flatten-null', '3 sort-null'], faults: [] });
  });
});

describe('a comment is itself warned of', () => {
  it.each([
    ['//nerveroot-check allow sort-null', `1:1: A silence needs its reason; ${WRITTEN}`],
    ['// nerveroot-check allow sort-null:  ', `1:1: A silence needs its reason; ${WRITTEN}`],
    ['  // nerveroot-check sort-null: fine', `1:3: This comment cannot be read; ${WRITTEN}`],
    ['// nerveroot-check allow sort null: fine', `1:1: This comment cannot be read; ${WRITTEN}`],
    [
      '// nerveroot-check allow sort-nul: fine',
      '1:1: There is no warning "sort-nul". Did you mean "sort-null"?',
    ],
    [
      '// nerveroot-check allow everything: fine',
      `1:1: There is no warning "everything". There are: ${WARNING_KINDS.join(', ')}`,
    ],
  ])('when it says %s, and silences nothing', (comment, fault) => {
    expect(silenced([comment, 'define X: 1'], [at('sort-null', 2)])).toEqual({
      left: ['2 sort-null'],
      faults: [fault],
    });
  });

  it('when there is nothing to silence any more', () => {
    const lines = ['// nerveroot-check allow sort-null: no day is missing', 'define X: 1'];
    expect(silenced(lines, [])).toEqual({
      left: [],
      faults: ['1:1: Line 2 has no warning sort-null any more; take this comment out'],
    });
  });
});

it('what stands in a text is no comment', () => {
  const line = `define X: '// nerveroot-check allow sort-null'`;
  expect(silenced([line], [])).toEqual({ left: [], faults: [] });
});
