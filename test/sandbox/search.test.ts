import { beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../support/fhir-data.ts';
import { entriesOf, idsOf, issueOf, useSandbox } from '../support/sandbox-server.ts';

const sandbox = useSandbox();
const ICD = 'http://hl7.org/fhir/sid/icd-10-cm';
const SCT = 'http://snomed.info/sct';
/** A list of codes like that of a prefetch template. */
const MANY = Array.from({ length: 100 }, (_unused, i) => `M00.${i}`).join(',');

const CONDITION = { resourceType: 'Condition', subject: { reference: 'Patient/a' } };
const OBSERVATION = { ...CONDITION, resourceType: 'Observation', status: 'final' };

function coded(system: string | undefined, code: string): Json {
  return { coding: [system === undefined ? { code } : { system, code, display: 'Sciatica' }] };
}

const RESOURCES: Json[] = [
  {
    resourceType: 'Patient',
    id: 'a',
    gender: 'female',
    birthDate: '1980-05-01',
    name: [{ family: 'Müller', given: ['Eva'] }],
  },
  { resourceType: 'Patient', id: 'b', gender: 'male', name: [{ family: 'Mulder' }] },
  {
    ...CONDITION,
    id: 'c1',
    code: coded(ICD, 'M54.31'),
    category: [coded(undefined, 'problem-list-item')],
    onsetDateTime: '2026-03-01',
  },
  {
    ...CONDITION,
    id: 'c2',
    code: coded(SCT, '23056005'),
    category: [coded(undefined, 'encounter-diagnosis')],
    onsetDateTime: '2026-02',
  },
  { ...CONDITION, id: 'c3', subject: { reference: 'Patient/b' }, code: coded(ICD, 'E11.9') },
  ...[1, 2, 3, 4, 5].map((day): Json => ({
    ...OBSERVATION,
    id: `o${day}`,
    status: day === 5 ? 'entered-in-error' : 'final',
    subject: { reference: day === 4 ? 'Group/a' : 'Patient/a' },
    code: coded(SCT, String(day)),
    effectiveDateTime: `2026-03-0${day}T23:30:00+01:00`,
  })),
  {
    ...OBSERVATION,
    id: 'o6',
    code: coded(undefined, '1'),
    effectivePeriod: { start: '2026-03-04' },
  },
  { ...CONDITION, resourceType: 'Procedure', id: 'pr', performedDateTime: '2026-03-01T23:30:00Z' },
  { resourceType: 'Organization', id: 'org', name: 'Demo, Ltd' },
  {
    resourceType: 'Practitioner',
    id: 'zoe',
    identifier: [{ system: 'urn:n', value: '17' }],
    name: [{ given: ['Zoe', 'Ada'] }],
  },
  { resourceType: 'Practitioner', id: 'mia', name: [{ given: ['Mia'] }] },
];

beforeAll(async () => {
  const entry = RESOURCES.map((resource) => ({
    resource,
    request: {
      method: 'PUT',
      url: `${String(resource['resourceType'])}/${String(resource['id'])}`,
    },
  }));
  await sandbox.send('POST', '', { resourceType: 'Bundle', type: 'batch', entry });
});

describe('what a search finds', () => {
  it.each([
    ['/Condition?patient=a', ['c1', 'c2']],
    ['/Condition?patient=Patient/a', ['c1', 'c2']],
    ['/Condition?subject=Patient/b', ['c3']],
    ['/Condition?subject:Patient=b', ['c3']],
    ['/Observation?patient=a&code=4', []],
    ['/Observation?subject=Group/a', ['o4']],
    [`/Condition?code=${ICD}|M54.31,${SCT}|23056005`, ['c1', 'c2']],
    [`/Condition?code=${SCT}|M54.31`, []],
    [`/Condition?code=${ICD}|`, ['c1', 'c3']],
    ['/Condition?code=E11.9', ['c3']],
    [`/Condition?code=${MANY},E11.9,M54.31`, ['c1', 'c3']], // a bare code is one of any system
    [`/Condition?code=${MANY}&_count=1000`, []],
    [`/Observation?patient=Patient/a&code=${MANY},2,1&_count=1`, ['o1']],
    ['/Condition?code=sciatica', []], // the display is no code
    ['/Observation?code=1&subject=a', ['o1', 'o6']],
    ['/Practitioner?identifier=urn:n|17', ['zoe']],
    ['/Practitioner?identifier=17', ['zoe']],
    ['/Practitioner?identifier=urn:m|17', []],
    ['/Observation?code=|1', ['o6']],
    ['/Condition?category=problem-list-item', ['c1']],
    ['/Condition?category:not=problem-list-item', ['c2', 'c3']],
    ['/Condition?category:missing=true', ['c3']],
    ['/Condition?category:missing=false', ['c1', 'c2']],
    ['/Condition?patient=a&category=encounter-diagnosis', ['c2']],
    ['/Condition?_id=c1,c3', ['c1', 'c3']],
    ['/Condition?onset-date=2026', ['c1', 'c2']],
    ['/Condition?onset-date=ge2026-03-01', ['c1']],
    ['/Condition?onset-date=lt2026-03-01', ['c2']],
    ['/Condition?onset-date=ne2026-02', ['c1']],
    ['/Observation?status=entered-in-error', ['o5']],
    ['/Observation?status=http://hl7.org/fhir/observation-status|entered-in-error', ['o5']],
    ['/Observation?date=ge2026-03-03&date=le2026-03-04', ['o3', 'o4', 'o6']],
    ['/Observation?date=2026-03-02', ['o2']],
    ['/Observation?date=gt2026-03-05', ['o6']],
    ['/Observation?date=sa2026-03-04', ['o5']],
    ['/Observation?date=eb2026-03-02', ['o1']],
    ['/Observation?date=lt2026-03-01T22:30:01Z', ['o1']],
    ['/Observation?date=2026-03-01T23:30:00+01:00', ['o1']],
    ['/Procedure?date=2026-03-02', ['pr']], // it is past midnight at the site
    ['/Procedure?date=2026-03-01', []],
    ['/Organization?name=Demo\\, Ltd', ['org']],
    ['/Organization?name=Nobody,Demo', ['org']],
    ['/Patient?birthdate=1980-05-01', ['a']],
    ['/Patient?gender=female', ['a']],
    ['/Patient?name=mul', ['a', 'b']],
    ['/Patient?family:exact=Müller', ['a']],
    ['/Patient?family:contains=ULL', ['a']],
    ['/Patient?name=ev', ['a']],
    ['/Patient?_lastUpdated=ge2026-03-10', ['a', 'b']],
  ])('%s', async (search, ids) => {
    const reply = await sandbox.get(search);
    expect([reply.status, idsOf(reply)]).toEqual([200, ids]);
  });

  it('finds by absolute reference to itself', async () => {
    const reply = await sandbox.get(`/Condition?patient=${sandbox.base()}/Patient/b`);
    expect(idsOf(reply)).toEqual(['c3']);
  });

  it('takes a search by POST as well', async () => {
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const reply = await sandbox.send('POST', '/Condition/_search?patient=a', '_id=c1', form);
    expect([reply.status, idsOf(reply)]).toEqual([200, ['c1']]);
  });

  it('refuses to ignore what is posted as anything but a form', async () => {
    const reply = await sandbox.send('POST', '/Condition/_search', { _id: 'c1' });
    expect(reply.status).toBe(415);
  });

  it('names each entry by its full address and says that it matched', async () => {
    const [entry] = entriesOf((await sandbox.get('/Patient?_id=a')).body);
    expect(entry?.['fullUrl']).toBe(`${sandbox.base()}/Patient/a`);
    expect(entry?.['search']).toEqual({ mode: 'match' });
  });

  it('has no entry element when nothing is found', async () => {
    const { body } = await sandbox.get('/Patient?_id=none&_total=accurate');
    expect(body).toEqual({
      resourceType: 'Bundle',
      type: 'searchset',
      total: 0,
      link: [{ relation: 'self', url: `${sandbox.base()}/Patient?_id=none&_total=accurate` }],
    });
  });
});

describe('pages', () => {
  it('leads through all pages by next links, to the end', async () => {
    const pages: unknown[][] = [];
    let next: string | undefined = '/Observation?patient=a&_count=2';
    while (next !== undefined) {
      const reply = await sandbox.get(next);
      pages.push(idsOf(reply));
      next = linkOf(reply.body, 'next');
    }
    expect(pages).toEqual([['o1', 'o2'], ['o3', 'o5'], ['o6']]);
  });

  it('has no next link on a page that ends with the last match', async () => {
    const { body } = await sandbox.get('/Observation?patient=a&_count=5');
    expect([entriesOf(body).length, linkOf(body, 'next')]).toEqual([5, undefined]);
  });

  it('gives a thousand at a time and no more', async () => {
    const devices = Array.from({ length: 1001 }, (_unused, i) => ({
      resource: { resourceType: 'Device', id: `d${i}` },
      request: { method: 'PUT', url: `Device/d${i}` },
    }));
    await sandbox.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: devices });
    const { body } = await sandbox.get('/Device?_count=5000');
    expect([entriesOf(body).length, body['total']]).toEqual([1000, 1001]);
    const next = linkOf(body, 'next') ?? '';
    expect(next).toBe(`${sandbox.base()}/Device?_count=5000&_offset=1000`);
    expect(idsOf(await sandbox.get(next))).toEqual(['d1000']);
  });

  it('gives a hundred at a time unless asked for more', async () => {
    const { body } = await sandbox.get('/Device');
    expect(entriesOf(body)).toHaveLength(100);
    expect(linkOf(body, 'next')).toBe(`${sandbox.base()}/Device?_offset=100`);
  });

  it('counts all matches, whatever the page holds', async () => {
    const { body } = await sandbox.get('/Observation?patient=a&_count=2');
    expect(body['total']).toBe(5);
  });

  it('gives the count alone for _count=0', async () => {
    const { body } = await sandbox.get('/Observation?_count=0');
    expect([body['total'], body['entry'], linkOf(body, 'next')]).toEqual([6, undefined, undefined]);
  });
});

describe('order', () => {
  it.each([
    ['/Observation?patient=a&_sort=-date', ['o5', 'o6', 'o3', 'o2', 'o1']],
    ['/Observation?patient=a&_sort=status,-date', ['o5', 'o6', 'o3', 'o2', 'o1']],
    ['/Condition?_sort=onset-date', ['c2', 'c1', 'c3']],
    ['/Condition?_sort=-onset-date', ['c1', 'c2', 'c3']],
    ['/Patient?_sort=family', ['b', 'a']],
    ['/Practitioner?_sort=given', ['zoe', 'mia']],
    ['/Practitioner?_sort=-given', ['zoe', 'mia']],
  ])('%s', async (search, ids) => {
    expect(idsOf(await sandbox.get(search))).toEqual(ids);
  });
});

describe('what it does not know', () => {
  it('refuses an unknown parameter and names those there are', async () => {
    const reply = await sandbox.get('/Flag?favourite-colour=blue');
    expect([reply.status, issueOf(reply)]).toEqual([
      400,
      'not-supported: The sandbox has no search parameter "favourite-colour" for Flag; it has _id, _lastUpdated, _profile, _security, _source, _tag, author, date, encounter, identifier, patient, subject',
    ]);
  });

  it.each([
    '/Condition?patient.name=eva',
    '/Condition?_has:Observation:patient:code=1',
    '/Condition?_include=Condition:patient',
    '/Condition?code:in=http://example.org/ValueSet/1',
    '/Condition?onset-date:exact=2026',
    '/Condition?onset-date=yesterday',
    '/Condition?onset-date=2026-02-30',
    '/Condition?code=',
    '/Condition?code=|',
    '/Condition?_count=-1',
    '/Condition?_count=ten',
    '/Condition?_total=exact',
    '/Condition?_sort=colour',
    '/Condition?_format=xml',
    '/Condition?_elements=code',
    '/Condition?toString=1',
  ])('refuses %s', async (search) => {
    const reply = await sandbox.get(search);
    expect([reply.status, reply.body['resourceType']]).toEqual([400, 'OperationOutcome']);
  });
});

function linkOf(body: Json, relation: string): string | undefined {
  const links = body['link'] as { relation: string; url: string }[];
  return links.find((link) => link.relation === relation)?.url;
}
