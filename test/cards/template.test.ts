import * as fc from 'fast-check';
import { marked, type Token } from 'marked';
import { describe, expect, it } from 'vitest';
import {
  clip,
  escapeMarkdown,
  formatFact,
  parseTemplate,
  plain,
  type View,
} from '../../src/cards/template.ts';
import type { FactValue } from '../../src/facts.ts';

function fillLoud(text: string, view: View): string {
  return parseTemplate(text).fill(view, (value) => value.toUpperCase());
}

function fill(text: string, view: View): string {
  return parseTemplate(text).fill(view, (value) => value);
}

describe('filling', () => {
  const VIEW: View = {
    Yes: true,
    No: false,
    Unknown: null,
    None: [],
    Words: ['a', null],
    Rows: [{ field: 'x', date: null }],
    Library: { 'Some Define': 2 },
  };

  it.each([
    ['{{Yes}}, {{No}}, {{Unknown}}', 'yes, no, unknown'],
    ['{{Library.Some Define}}', '2'],
    ['{{#Yes}}shown{{/Yes}}', 'shown'],
    ['{{#No}}x{{/No}}{{#Unknown}}x{{/Unknown}}{{#None}}x{{/None}}', ''],
    ['{{#Words}}<{{.}}>{{/Words}}', '<a><unknown>'],
    ['{{#Rows}}{{field}} {{date}}{{/Rows}}', 'x unknown'],
    ['a{{! said to authors }}b', 'ab'],
  ])('fills %s as %j', (text, expected) => {
    expect(fill(text, VIEW)).toBe(expected);
  });

  it('gives every value to the escaping it is told, and the author’s own text not', () => {
    const view: View = { Word: 'w', List: ['l'] };
    expect(fillLoud('**{{Word}}** of {{#List}}{{.}}{{/List}}', view)).toBe('**W** of L');
  });

  it('names its tags with the sections around them', () => {
    expect(parseTemplate('{{a}}{{#b}}{{#c}}{{.}}{{/c}}{{/b}}').tags).toEqual([
      { name: 'a', isSection: false, parents: [] },
      { name: 'b', isSection: true, parents: [] },
      { name: 'c', isSection: true, parents: ['b'] },
      { name: '.', isSection: false, parents: ['b', 'c'] },
    ]);
  });

  it.each(['{{^a}}{{/a}}', '{{{a}}}', '{{&a}}', '{{>a}}', '{{=<% %>=}}'])('refuses %s', (text) => {
    expect(() => parseTemplate(text)).toThrow('is refused');
  });
});

it.each<readonly [FactValue | undefined, string]>([
  [undefined, 'unknown'],
  [0, '0'],
  ['', ''],
  ['2026-03-10', '2026-03-10'],
  ['2026-03-10T09:30:00.000+01:00', '2026-03-10 09:30'],
  ['2026-03-10T09:30:00 was said', '2026-03-10T09:30:00 was said'],
  [['a', null], 'a, unknown'],
  [{ value: 38.5, unit: 'Cel' }, '38.5 Cel'],
  [{ value: 4, unit: '1' }, '4'],
  [{ value: null, unit: 'Cel' }, 'unknown Cel'],
  [{ system: 'urn:s', code: 'x', display: 'Words' }, 'Words'],
  [{ system: 'urn:s', code: 'x' }, 'x'],
  [{ reference: 'Condition/1' }, 'Condition/1'],
])('prints the fact %j as %j', (fact, words) => {
  expect(formatFact(fact)).toBe(words);
});

function tokensOf(markdown: string): Token[] {
  const all: Token[] = [];
  void marked.walkTokens(marked.lexer(markdown), (token) => {
    all.push(token);
  });
  return all;
}

function textOf(markdown: string): string {
  const html = marked.parse(markdown, { async: false });
  const text = html
    .replaceAll(/<\/?p>|\u200B/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
  return text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&').trim();
}

describe('escaping', () => {
  const RUNS = { numRuns: 2000, seed: 20_260_310 };
  const shown = new Set(['paragraph', 'text', 'escape', 'space']);
  // Beside any string, ones made of what Markdown gives a meaning to.
  const markup = [
    '#',
    '>',
    '-',
    '+',
    '*',
    '_',
    '`',
    '~~~',
    '|',
    '1.',
    '2)',
    '=',
    '[',
    ']',
    '(',
    ')',
  ];
  const words = [
    ' ',
    '\n',
    '\t',
    'a',
    'b@c.de',
    'https://x.y',
    'www.x.y',
    '<b>',
    '&lt;',
    '!',
    '\\',
    ':',
  ];
  const hostile = fc
    .array(fc.constantFrom(...markup, ...words), { maxLength: 12 })
    .map((parts) => parts.join(''));
  const anyText = fc.oneof(hostile, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));

  it.each(['', 'Said: ', 'Said\n'])('leaves nothing but text of any text, after %j', (before) => {
    fc.assert(
      fc.property(anyText, (text) => {
        const types = tokensOf(before + escapeMarkdown(text)).map(({ type }) => type);
        expect(types.filter((type) => !shown.has(type))).toEqual([]);
      }),
      RUNS,
    );
  });

  it('keeps any text in the one bullet it stands in', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const types = tokensOf(`- ${escapeMarkdown(text)}`).map(({ type }) => type);
        const others = types.filter((type) => !shown.has(type));
        expect(others).toEqual(['list', 'list_item']);
      }),
      RUNS,
    );
  });

  it('shows any text as it was typed, on one line', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(textOf(escapeMarkdown(text))).toBe(plain(text));
      }),
      RUNS,
    );
  });
});

describe('clipping', () => {
  it('leaves a text alone that fits', () => {
    expect(clip('seven 7', 7)).toBe('seven 7');
  });

  it('cuts at a word, and inside one where the last blank is far back', () => {
    expect(clip('one two three four', 12)).toBe('one two…');
    expect(clip('a bcdefghijklmnop', 14)).toBe('a bcdefghijkl…');
  });

  it('never exceeds the limit, and never splits a surrogate pair', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 1, max: 40 }),
        (text, limit) => {
          const clipped = clip(text, limit);
          expect(clipped.length).toBeLessThanOrEqual(limit);
          expect(clipped.isWellFormed()).toBe(true);
          expect(text.startsWith(clipped.replace(/…$/, ''))).toBe(true);
        },
      ),
      { numRuns: 2000, seed: 20_260_310 },
    );
  });
});
