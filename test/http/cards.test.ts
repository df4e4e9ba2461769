import { describe, expect, it } from 'vitest';
import {
  aMeasuredRequest,
  anOrderRequest,
  aPrefetch,
  aViewRequest,
} from '../support/cds-request.ts';
import { aNamedOrder, aNote, searchset } from '../support/fhir-data.ts';
import { TRIAL_CONTENT, useServer } from '../support/server.ts';
import { cardsOf, summariesOf, type WireCard } from '../support/wire.ts';

const server = useServer({ content: TRIAL_CONTENT });

/** The card that repeats a condition's text. */
async function noteCard(text: string): Promise<WireCard> {
  const prefetch = aPrefetch({ conditions: searchset([aNote(text)]) });
  const [card] = cardsOf(await server.call('trial-view', aViewRequest({ prefetch })));
  if (!card) throw new Error('There is no card');
  return card;
}

/** The first paragraph of the detail below its heading, which is nothing but the condition's text. */
async function shownAs(text: string): Promise<string | undefined> {
  return (await noteCard(text)).detail.split('\n\n')[1];
}

describe('K-01: uuid', () => {
  it('K-01: two calls never share one', async () => {
    const first = await noteCard('Same');
    const second = await noteCard('Same');
    expect(first.uuid).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(second.uuid).not.toBe(first.uuid);
  });
});

describe('K-02: summary', () => {
  const FRAME = 'Note: '.length;

  it('K-02: 139 characters stay as they are', async () => {
    const text = 'x'.repeat(139 - FRAME);
    expect((await noteCard(text)).summary).toBe(`Note: ${text}`);
  });

  it('K-02: 140 characters of one word are cut to 139, the last one an ellipsis', async () => {
    const { summary } = await noteCard('x'.repeat(140 - FRAME));
    expect(summary).toBe(`Note: ${'x'.repeat(138 - FRAME)}…`);
  });

  it('K-02: a long text is cut between words', async () => {
    const { summary } = await noteCard('lumbar radiculopathy '.repeat(20));
    expect(summary).toBe(`Note: ${'lumbar radiculopathy '.repeat(6).trim()}…`);
  });

  it('K-02: no character outside the basic plane is halved', async () => {
    const { summary } = await noteCard(`a${'🦵'.repeat(100)}`);
    expect(summary).toBe(`Note: a${'🦵'.repeat(65)}…`);
    expect(summary.length).toBeLessThanOrEqual(139);
  });

  it('K-02: line breaks, tabs and control characters become blanks', async () => {
    expect((await noteCard('one\r\n\ttwo\u0000three\u202Efour')).summary).toBe(
      'Note: one two three four',
    );
  });

  it('K-02: is plain text, so markup stays as it was typed', async () => {
    expect((await noteCard('<b>*L5*</b> & `S1`')).summary).toBe('Note: <b>*L5*</b> & `S1`');
  });

  it('K-02: a text that is not there is "unknown", and not an empty summary', async () => {
    expect((await noteCard('')).summary).toMatch(/^Note:(?: unknown)?$/);
    const prefetch = aPrefetch({ conditions: searchset([{ ...aNote(''), code: undefined }]) });
    const answer = await server.call('trial-view', aViewRequest({ prefetch }));
    expect(summariesOf(answer)).toEqual(['Note: unknown']);
  });
});

describe('K-03: what a record brings shows as it was typed', () => {
  it.each([
    ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)>'],
    ['[x](javascript:alert(1))', String.raw`\[x\](javascript:alert(1))`],
    ['![x](https://evil.example/p.png)', '!\\[x\\](https\u200B://evil.example/p.png)'],
    ['`code`', String.raw`\`code\``],
    ['```\nfence\n```', String.raw`\`\`\` fence \`\`\``],
    ['a | b | c', String.raw`a \| b \| c`],
    ['**bold** _it_ ~~gone~~', String.raw`\*\*bold\*\* \_it\_ \~\~gone\~\~`],
    ['# Heading', String.raw`\# Heading`],
    ['one\n# Heading', 'one # Heading'],
    ['- item', String.raw`\- item`],
    ['+ item', String.raw`\+ item`],
    ['> quote', String.raw`\> quote`],
    ['---', String.raw`\---`],
    ['1. item', String.raw`1\. item`],
    ['12) item', String.raw`12\) item`],
    ['===', String.raw`\===`],
    ['&lt;script&gt;', '&amp;lt;script&amp;gt;'],
    [String.raw`\<b\>`, String.raw`\\&lt;b\\>`],
    ['<!-- hidden -->', '&lt;!-- hidden -->'],
    ['www.evil.example', 'www\u200B.evil.example'],
    ['ftp://evil.example', 'ftp\u200B://evil.example'],
    ['{{patientId}}', '{{patientId}}'],
    ['{{#Notes}}', '{{#Notes}}'],
  ])('K-03: %j', async (text, shown) => {
    expect(await shownAs(text)).toBe(shown);
  });

  it('K-03: an e-mail address does not become a link', async () => {
    expect(await shownAs('ada@hospital.example')).toBe('ada@\u200Bhospital.example');
  });

  it('K-03: L5/S1, 1.5 mg and a = b stay readable', async () => {
    expect(await shownAs('L5/S1, 1.5 mg, a = b')).toBe('L5/S1, 1.5 mg, a = b');
  });

  it('K-03: values in lists are escaped too', async () => {
    const prefetch = aPrefetch({ conditions: searchset([aNote('<b>1</b>\n- [x](y)')]) });
    const [card] = cardsOf(
      await server.call('trial-order', anOrderRequest(undefined, { prefetch })),
    );
    expect(card?.detail).toContain(
      '**Not asked**\n\n- ' + String.raw`&lt;b>1&lt;/b> - \[x\](y)` + '\n\n',
    );
  });

  it('K-03, S-10: facts are escaped, with their day; where they stand is in the extension', async () => {
    const stored = searchset([aNamedOrder('stored-1', 'CT')]);
    const prefetch = aPrefetch({
      conditions: searchset([aNote('<i>L5')]),
      serviceRequests: stored,
    });
    const answer = await server.call('trial-order', anOrderRequest([], { prefetch }));
    const [card] = cardsOf(answer);
    expect(card?.detail).toBe(
      [
        '**Now**',
        'CT is on record.',
        '**Why**',
        '- &lt;i>L5 (2026-03-07)',
        '**Source** Example guideline, section 3. An example. Rule TX-03.',
      ].join('\n\n'),
    );
    expect(card?.extension).toEqual({
      'org.nerveroot.evidence': {
        facts: [{ fact: '<i>L5', date: '2026-03-07', source: 'Condition/condition-1' }],
      },
    });
  });
});

describe('K-04: indicator', () => {
  it.each([
    ['info', 'info'],
    ['warning', 'warning'],
    ['critical', 'critical'],
    ['hard-stop', 'warning'],
    ['CRITICAL', 'warning'],
  ])('K-04: %s from CQL is sent as %s', async (said, sent) => {
    const cards = cardsOf(await server.call('trial-view', aMeasuredRequest(said)));
    expect(cards.map(({ indicator }) => indicator)).toEqual(['info', sent]);
  });
});

describe('K-05 to K-09: source', () => {
  it("K-05, K-06, K-07, K-08, K-09: is the card's guideline, its address and the rule as topic", async () => {
    expect((await noteCard('Any')).source).toEqual({
      label: 'Example guideline',
      url: 'https://guideline.example/section-2',
      topic: { system: 'urn:nerveroot:codesystem:rules', code: 'TX02', display: 'Note' },
    });
  });

  it('K-09: the topic is the same for every patient', async () => {
    const first = await noteCard('One');
    const second = await noteCard('Another');
    expect(second.source).toEqual(first.source);
  });
});

describe('K-10: selectionBehavior', () => {
  it('K-10: is "any" beside suggestions', async () => {
    const [card] = cardsOf(await server.call('trial-order', anOrderRequest()));
    expect(card?.suggestions).toHaveLength(2);
    expect(card?.selectionBehavior).toBe('any');
  });

  it('K-10: is left out where no suggestion is left', async () => {
    const serviceRequests = searchset([aNamedOrder('stored-1', 'CT')]);
    const request = anOrderRequest([], { prefetch: aPrefetch({ serviceRequests }) });
    const [card] = cardsOf(await server.call('trial-order', request));
    expect(card?.summary).toBe('On record: CT');
    expect(card).not.toHaveProperty('suggestions');
    expect(card).not.toHaveProperty('selectionBehavior');
  });
});

describe('K-11: which order', () => {
  it('K-11: of two orders, each card names its own and only its own', async () => {
    const orders = [
      aNamedOrder('draft-1', 'MRI lumbar spine'),
      aNamedOrder('draft-2', 'CT pelvis'),
    ];
    const cards = cardsOf(await server.call('trial-order', anOrderRequest(orders)));
    expect(cards.map(({ summary }) => summary)).toEqual([
      'MRI lumbar spine: confirm before signing',
      'CT pelvis: confirm before signing',
    ]);
    expect(cards.map(({ detail }) => detail.split('\n\n')[1])).toEqual([
      'Order: MRI lumbar spine',
      'Order: CT pelvis',
    ]);
  });
});
