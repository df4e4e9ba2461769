import { describe, expect, it, onTestFinished } from 'vitest';
import { aFolder } from '../support/folder.ts';
import { MINI_CONTENT, miniContent } from '../support/mini-content.ts';
import { aClient, aServer, useServer, type Answer, type Client } from '../support/server.ts';
import { bodyOf, issueOf } from '../support/wire.ts';

const server = useServer();
const JSON_ONLY = { headers: { Accept: 'application/json' } };

/** A server of its own for one test. */
async function serving(files: Readonly<Record<string, string>>, workers = 0): Promise<Client> {
  const env = { NERVEROOT_WORKERS: `${workers}` };
  const { scheme, port, stop } = await aServer({ content: aFolder(files), env });
  onTestFinished(stop);
  return aClient(() => `${scheme}://127.0.0.1:${port}`);
}

/** The words of a page, as they are read. */
function wordsOf({ text }: Answer): string {
  return text
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(' ,', ',');
}

describe('the page of a rule', () => {
  it('says what it decides, for whom, how strong it is and what it rests on, with days', async () => {
    const page = await server.get('/rules/RF-01');
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    const words = wordsOf(page);
    for (const heading of [
      'What it decides',
      'Beside the card',
      'Guidance',
      'Evidence',
      'Parameters',
      'What it reads',
      'Sources',
    ])
      expect(words).toContain(` ${heading} `);
    expect(words).toMatch(/For every patient/);
    expect(words).toMatch(/PostVoidResidual 200 /);
    expect(words).toMatch(/Issued \d{4}/);
    expect(words).toMatch(/Cases \d+ /);
    expect(words).not.toMatch(/undefined|\[object/);
  });

  it('says the same as JSON to who accepts that', async () => {
    const answer = await server.send('/rules/RF-01', JSON_ONLY);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(bodyOf(answer)).toMatchObject({
      content: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
      rule: 'RF-01',
      shownAt: expect.arrayContaining(['patient-view']) as string[],
      more: expect.arrayContaining([
        'A rectal examination is not needed to justify the MRI.',
      ]) as string[],
      parameters: expect.arrayContaining([
        expect.objectContaining({ name: 'Parameters.PostVoidResidual', value: '200' }),
      ]) as object[],
      cases: expect.any(Number) as number,
    });
  });

  it('has each link within it lead to a place on it, and each to another page there', async () => {
    const { rules } = bodyOf(await server.send('/rules', JSON_ONLY)) as {
      rules: { rule: string }[];
    };
    expect(rules.length).toBeGreaterThan(20);
    for (const { rule } of rules) {
      const { text } = await server.get(`/rules/${rule}`);
      const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
      const places = [...text.matchAll(/ href="#([^"]+)"/g)].map(([, place]) => place);
      expect([rule, places.filter((place) => !ids.has(place))]).toEqual([rule, []]);
    }
  });

  it('loads its own style and nothing else, and may be shown in a frame of an EHR', async () => {
    const { headers } = await server.get('/rules/RF-01');
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'",
    );
    expect(headers.get('x-frame-options')).toBeNull();
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    for (const style of ['page.css', 'rules.css']) {
      const { status } = await server.get(`/rules/page/${style}`);
      expect([style, status]).toEqual([style, 200]);
    }
    expect((await server.get('/rules/page/..%2Fpackage.json')).status).toBe(404);
  });

  it('is not sent again to who has it, and HTML and JSON are told apart', async () => {
    const { headers } = await server.get('/rules/RF-01');
    const tag = headers.get('etag') ?? '';
    expect(tag).toMatch(/^"[\w-]{22}"$/);
    expect([headers.get('cache-control'), headers.get('vary')]).toEqual(['no-cache', 'Accept']);
    const again = (accept: string) =>
      server.send('/rules/RF-01', { headers: { Accept: accept, 'If-None-Match': tag } });
    const same = await again('text/html');
    expect([same.status, same.text, same.headers.get('etag')]).toEqual([304, '', tag]);
    expect((await again('application/json')).status).toBe(200);
    expect((await server.get('/rules/RF-02')).headers.get('etag')).not.toBe(tag);
  });
});

describe('the list of rules', () => {
  it.each([
    ['/rules', 'rules/'],
    ['/rules/', ''],
  ])('at %s leads to each rule from where it is', async (path, folder) => {
    const { text } = await server.get(path);
    expect(text).toContain(`href="${folder}RF-01"`);
    expect(text).toContain(`href="${folder}page/page.css"`);
  });

  it('says what is the same for all rules', async () => {
    const words = wordsOf(await server.get('/rules'));
    expect(words).toContain('What is the same for all rules');
    expect(words).toContain('Validation');
  });
});

describe('an id that no rule has', () => {
  it.each([
    ['RF-001', ['RF-01']], // spelt alike
    ['rf01', ['RF-01']],
    ['RF-99', ['RF-09']], // the nearest by number
    ['zebra', []],
    ['%3Cscript%3E', []],
  ])('%s has a page that names the nearest: %j', async (id, nearest) => {
    const page = await server.get(`/rules/${id}`);
    expect([page.status, page.headers.get('content-type')]).toEqual([
      404,
      'text/html; charset=utf-8',
    ]);
    const named = [...page.text.matchAll(/<li><a href="([^"]+)"/g)].map(([, href]) => href);
    expect(named).toEqual(nearest);
    expect(page.text).toContain('href="./">All rules');
    expect(page.text).not.toContain('script');
  });

  it('is an OperationOutcome that names it to who accepts JSON', async () => {
    const answer = await server.send('/rules/RF-001', JSON_ONLY);
    expect([answer.status, issueOf(answer).diagnostics]).toEqual([
      404,
      'There is no such rule; nearest: RF-01',
    ]);
  });
});

const STRANGE = miniContent([
  [
    'cql/Mini.cql',
    'define "Has Cough"',
    '// RX-01 A <b>cough</b> & `x < "1"` [R: ABC21 page 4].\ndefine "Has Cough"',
  ],
]);

describe('content of any kind', () => {
  it('is escaped, and led to its sources', async () => {
    const client = await serving({
      ...STRANGE,
      'hooks/sources.yaml':
        'ABC21:\n  title: On <i>coughs</i>\n  publisher: A society\n  issued: "2021"\n  read: original\n  where: page 4\n',
    });
    const { text } = await client.get('/rules/RX-01');
    expect(text).toContain('A &lt;b&gt;cough&lt;/b&gt; &amp; <code>x &lt; &quot;1&quot;</code>');
    expect(text).toContain('[R: <a href="#ABC21">ABC21</a> page 4]');
    expect(text).toContain('On &lt;i&gt;coughs&lt;/i&gt;');
    expect(wordsOf({ text } as Answer)).toContain('Cases not part of this installation');
  });

  it('is told by a thread of its own where workers decide', async () => {
    const client = await serving(MINI_CONTENT, 1);
    const [one, two] = await Promise.all([client.get('/rules/RX-01'), client.get('/rules')]);
    expect([one.status, two.status]).toEqual([200, 200]);
    expect(one.text).toContain('<h1>');
  });
});
