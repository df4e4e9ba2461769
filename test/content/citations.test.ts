import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commentsOnly, readCitations } from '../../src/content/citations.ts';

/** Citations without their places: `R KEY words`, or `P words`. */
function said(text: string): string[] {
  return readCitations(text).citations.flatMap(({ evidence, words, cited }) =>
    cited.length === 0
      ? [`${evidence} ${words}`.trim()]
      : cited.map(({ key, words: about }) => `${evidence} ${key} ${about}`.trim()),
  );
}

describe('a citation', () => {
  it.each([
    ['a choice', '[P]', ['P']],
    ['a choice, and what it is of', '[P the days]', ['P the days']],
    ['general knowledge', '[G]', ['G']],
    ['general knowledge that names where it stands', '[G: XYZ19 times]', ['G XYZ19 times']],
    ['what was read', '[R: ABC21]', ['R ABC21']],
    ['what was read, and where', '[R: ABC21 variant 4]', ['R ABC21 variant 4']],
    ['two sources', '[R: ABC21 variant 4, XYZ19]', ['R ABC21 variant 4', 'R XYZ19']],
    ['two kinds', '[P; S: ABC21]', ['P', 'S ABC21']],
    ['one in a sentence', 'Six weeks [R: ABC21]; four [S: XYZ19].', ['R ABC21', 'S XYZ19']],
  ])('says %s', (_what, text, expected) => {
    expect([said(text), readCitations(text).faults]).toEqual([expected, []]);
  });

  it.each(['[Condition: "Cough"]', 'list[i]', '[0, 4]', '[Phase 2]', '[a: b', '[]'])(
    'is not what %s is',
    (text) => {
      const { citations, faults } = readCitations(text);
      expect(citations).toEqual([]);
      expect(faults.length).toBe(text === '[a: b' ? 1 : 0);
    },
  );

  it.each([
    ['[R]', 1, 'R names what was read: [R: KEY]'],
    ['[S the weights]', 1, 'S names what was read: [S: KEY]'],
    ['[P: 180 days]', 1, 'P is a choice of the project and cites nothing: [P words; R: KEY]'],
    ['[P, as in ABC21]', 1, '"P, as in ABC21" is no citation; write P, R, S or G'],
    [
      '[R: ABC21; XYZ19]',
      11,
      '"XYZ19" is no citation; put a comma before a source of the same kind',
    ],
    ['[R: ABC21, Choosing well]', 11, '"Choosing well" does not begin with the key of a source'],
    ['[R: ]', 3, '"" does not begin with the key of a source'],
    ['[P; ]', 4, '"" is no citation'],
    ['see [R: ABC21\nand more]', 4, 'A citation ends with "]" on the line it begins on'],
    ['[r: ABC21]', 0, '"r" is no kind of evidence'],
    ['[X: ABC21]', 0, '"X" is no kind of evidence'],
    ['[items R: ABC21]', 7, 'A citation is a bracket that begins so: [R: KEY]'],
    ['(R: ABC21)', 1, 'A citation is a bracket that begins so: [R: KEY]'],
  ])('%s is refused where it stands', (text, offset, message) => {
    const { faults } = readCitations(text);
    expect(faults.map((fault) => fault.offset)).toEqual([offset]);
    expect(faults[0]?.message).toContain(message);
  });

  it('knows where each key stands', () => {
    const text = '// [P; R: ABC21 here,  XYZ19]';
    const [, read] = readCitations(text).citations;
    const keys = read?.cited.map(({ offset, key }) => text.slice(offset, offset + key.length));
    expect(keys).toEqual(['ABC21', 'XYZ19']);
  });
});

describe('the comments of CQL', () => {
  it('are read alone: texts and names hold no citation', () => {
    const cql = `define "[R: A1]": 'http://x [R: A2]' // [R: A3] 'no end\n/* [R: A4]\n[R: A5] */ 'it\\'s' // [R: A6]`;
    expect(said(commentsOnly(cql))).toEqual(['R A3', 'R A4', 'R A5', 'R A6']);
  });

  it('stay where they are, whatever the text', () => {
    const piece = constantFrom("'", '"', '`', '\\', '//', '/*', '*/', '\n', '[R: A1]', 'a');
    assert(
      property(array(piece), (pieces) => {
        const text = pieces.join('');
        const kept = commentsOnly(text);
        expect(kept).toHaveLength(text.length);
        expect(Array.from(kept).every((letter, i) => letter === ' ' || letter === text[i])).toBe(
          true,
        );
        expect(kept.split('\n')).toHaveLength(text.split('\n').length);
      }),
    );
  });
});
