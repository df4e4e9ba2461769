import nock from 'nock';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Content } from '../../src/content/content.ts';
import {
  examine,
  type Examination,
  type ExamineDeps,
  type ExaminedServer,
} from '../../src/doctor/examine.ts';
import { isFine, remediesOf } from '../../src/doctor/remedies.ts';
import { verdictOf } from '../../src/doctor/verdict.ts';
import { connectFhir, type OpenFhirReader } from '../../src/fhir/client.ts';
import type { Resource } from '../../src/fhir/resource.ts';
import { aCompiler } from '../support/content.ts';
import { aSearchset, useFakeFhir } from '../support/fake-fhir.ts';
import { aCough, contentOf, miniContent } from '../support/mini-content.ts';
import { aSite } from '../support/site.ts';

const fhir = useFakeFhir();
const elsewhere = useFakeFhir();
const NOBODY = '00000000-0000-4000-8000-000000000000';
const CONDITIONS = 'Condition?patient=p1';
const NOBODYS_CONDITIONS = `Condition?patient=${NOBODY}`;
const PATIENT = { resourceType: 'Patient', id: 'p1', birthDate: '1980-01-01' };
const CODES = 'conditions: "Condition?patient={{context.patientId}}&code=49727002,386661006"';
const CODED = 'Condition?patient=p1&code=49727002,386661006';

let mini: Content;
/** The mini content, with conditions searched by a list of codes. */
let narrow: Content;
beforeAll(async () => {
  const compiler = aCompiler();
  mini = await contentOf(compiler);
  const to = `required: [Patient]\nprefetch: { ${CODES} }`;
  const edits = ['hooks/services/mini-view.yaml', 'hooks/services/mini-order.yaml'].map(
    (file) => [file, 'required: [Patient]', to] as const,
  );
  narrow = await contentOf(compiler, miniContent(edits));
});

type Changes = Partial<ExamineDeps & Pick<ExaminedServer, 'baseUrl' | 'token' | 'patientId'>>;

async function examined(changes: Changes = {}): Promise<Examination> {
  const { baseUrl, token, patientId, ...deps } = {
    baseUrl: fhir.base(),
    token: undefined,
    patientId: 'p1',
    content: mini,
    site: aSite(),
    open: connectFhir(100_000),
    now: () => new Date(0),
    newId: () => NOBODY,
    budgetMs: 2000,
    limitMs: 20_000,
    ...changes,
  };
  return examine({ baseUrl, token, patientId }, deps);
}

function verdicts(examination: Examination): Record<string, string> {
  return Object.fromEntries(
    examination.searches.map((search) => [
      search.need.requirement.key,
      verdictOf(search, examination),
    ]),
  );
}

function remedies(examination: Examination): string[] {
  return remediesOf(examination, { isListed: true, limitMs: 20_000, tokenEnv: undefined });
}

function answers(examination: Examination): string[] {
  return examination.outlooks.map(({ service, answer }) => `${service.id}: ${answer}`);
}

function anOutcome(code: string, severity = 'error') {
  return {
    resourceType: 'OperationOutcome',
    issue: [{ severity, code, diagnostics: 'about Patient/p1' }],
  };
}

function statement(fhirVersion = '4.0.1', parameters: readonly string[] = ['patient']) {
  const resource = ['Patient', 'Condition'].map((type) => ({
    type,
    interaction: [{ code: 'read' }, { code: 'search-type' }],
    searchParam: parameters.map((name) => ({ name })),
  }));
  return {
    resourceType: 'CapabilityStatement',
    fhirVersion,
    software: { name: 'Another make', version: '7' },
    rest: [
      {
        mode: 'server',
        security: { service: [{ coding: [{ code: 'SMART-on-FHIR' }] }] },
        resource,
      },
    ],
  };
}

/** A server on which all is well, to be spoilt in one place. */
function serve(): void {
  fhir.json('metadata', statement());
  fhir.json('Patient/p1', PATIENT);
  fhir.json(CONDITIONS, aSearchset([aCough()]));
}

/** What is said of a server that spoils the conditions, and what is to be done first. */
async function conditionsOf(examination: Promise<Examination>) {
  const found = await examination;
  const { conditions: verdict, patient } = verdicts(found);
  expect(patient).toBe('works: 1 found, 0 ms');
  expect(answers(found)).toEqual(['mini-order: not checked', 'mini-view: not checked']);
  expect(isFine(found)).toBe(false);
  return { verdict, remedy: remedies(found)[0] };
}

describe('a server on which all works', () => {
  it('is found fine, with what it says of itself', async () => {
    serve();
    const examination = await examined();
    expect(isFine(examination)).toBe(true);
    expect(examination.metadata).toMatchObject({
      state: 'read',
      status: 200,
      fhirVersion: '4.0.1',
      software: 'Another make 7',
      security: ['SMART-on-FHIR'],
    });
    expect(verdicts(examination)).toEqual({
      patient: 'works: 1 found, 0 ms',
      conditions: 'works: 1 found, 0 ms',
    });
    expect(answers(examination)).toEqual(['mini-order: cards', 'mini-view: cards']);
    expect(remedies(examination)).toEqual([
      `See the cards:\nnerveroot call mini-view --fhir-server ${fhir.base()} --patient p1`,
    ]);
  });

  it('is asked each read and search once, with the token', async () => {
    serve();
    await examined({ token: 'secret' });
    expect(fhir.seen().map(({ path }) => path)).toEqual([
      '/fhir/metadata',
      '/fhir/Patient/p1',
      `/fhir/${CONDITIONS}&_count=200`,
    ]);
    expect(new Set(fhir.seen().map(({ authorization }) => authorization))).toEqual(
      new Set(['Bearer secret']),
    );
  });

  it('may send pages, which are counted', async () => {
    serve();
    const pageOf20 = Array.from({ length: 20 }, (_, i) => aCough(`c${i}`));
    fhir.json('Condition?page=2', aSearchset([aCough('c20')]));
    fhir.json(CONDITIONS, aSearchset(pageOf20, `${fhir.base()}/Condition?page=2`));
    expect(verdicts(await examined())['conditions']).toBe('works: 21 found in 2 pages, 0 ms');
  });

  it('may send a hint among the entries of an empty searchset', async () => {
    serve();
    fhir.json(CONDITIONS, aSearchset([anOutcome('informational', 'information')]));
    expect(verdicts(await examined())['conditions']).toBe('works: nothing found, 0 ms');
  });

  it('may count more than it sends, if the site says so', async () => {
    serve();
    fhir.json(CONDITIONS, { ...Object(aSearchset([aCough()])), total: 25 });
    const examination = await examined();
    expect(verdicts(examination)['conditions']).toBe(
      'incomplete: its total counts 24 more than it sent, 0 ms',
    );
    expect(remedies(examination)[0]).toBe(
      `Ask the server's team what the total (Bundle.total) of conditions counts that it does not send. If it hides entries from this service on purpose, as consent may ask for, say so once, as totals: estimate in the entry of ${fhir.base()} in NERVEROOT_CLIENTS (docs/configuration.md), or for all clients:\nNERVEROOT_TOTALS=estimate`,
    );
    const estimated = await examined({ site: aSite('UTC', { totals: 'estimate' }) });
    expect(verdicts(estimated)['conditions']).toBe('works: 1 found, 0 ms');
    expect(isFine(estimated)).toBe(true);
  });

  it('may lack metadata, whose claims are then not known', async () => {
    serve();
    fhir.json('metadata', anOutcome('not-found'), 404);
    const examination = await examined();
    expect(examination.metadata).toMatchObject({ state: 'missing', status: 404 });
    expect(isFine(examination)).toBe(true);
  });
});

describe('without a patient', () => {
  it('searches with an id that nobody has, and asks for a patient', async () => {
    fhir.json('metadata', statement());
    fhir.json(NOBODYS_CONDITIONS, aSearchset([]));
    const examination = await examined({ patientId: undefined });
    expect(verdicts(examination)).toEqual({
      patient: 'answered 404, as it should for an id that no patient has, 0 ms',
      conditions: 'taken: searched with an id that no patient has, 0 ms',
    });
    expect(isFine(examination)).toBe(true);
    expect(remedies(examination)).toEqual([
      'Name a test patient with --patient <id>: then this tells what each search brings, and in which codes.',
    ]);
  });

  it('finds a server out that sends everybody for nobody', async () => {
    fhir.json('metadata', statement());
    fhir.json(NOBODYS_CONDITIONS, aSearchset([aCough()]));
    const examination = await examined({ patientId: undefined });
    expect(verdicts(examination)['conditions']).toBe(
      'not usable: 1 of its resources belong to another patient, 0 ms',
    );
  });
});

describe('a server that is not reached', () => {
  it('is asked no more', async () => {
    fhir.on('metadata', (_request, response) => {
      response.writeHead(302, { location: `${elsewhere.base()}/metadata` }).end();
    });
    const examination = await examined({ token: 'secret' });
    expect(examination.searches).toEqual([]);
    expect(isFine(examination)).toBe(false);
    expect(remedies(examination)).toEqual([
      'The server answers with a redirect: give the address that it leads to. nerveroot follows none, so that a token stays where it belongs.',
    ]);
    expect([fhir.seen().length, elsewhere.seen()]).toEqual([1, []]);
  });

  it('because it does not answer in time', async () => {
    fhir.on('metadata', () => {});
    const examination = await examined({ limitMs: 50 });
    expect(remedies(examination)).toEqual([
      'The server gave no answer in 20000 ms: look for a firewall or proxy between here and there.',
    ]);
  });
});

describe('a server beyond this machine', () => {
  it('is asked over HTTPS', async () => {
    const ehr = nock('https://ehr.example', { reqheaders: { authorization: 'Bearer secret' } });
    ehr.get('/r4/metadata').reply(200, statement());
    ehr.get('/r4/Patient/p1').reply(200, PATIENT);
    ehr.get(`/r4/${CONDITIONS}&_count=200`).reply(403, anOutcome('forbidden'));
    const examination = await examined({ baseUrl: 'https://ehr.example/r4', token: 'secret' });
    nock.restore();
    expect(verdicts(examination)).toEqual({
      patient: 'works: 1 found, 0 ms',
      conditions: 'refused (403, forbidden): the token may not read Condition, 0 ms',
    });
  });

  it.each([
    ['ENOTFOUND', 'Check the host name of --fhir-server: it is not known here.'],
    [
      'ECONNREFUSED',
      'Check the port of --fhir-server, and that the server runs: nothing listens there.',
    ],
    [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'The certificate of the server is not trusted here (DEPTH_ZERO_SELF_SIGNED_CERT): name its authority with NODE_EXTRA_CA_CERTS=<file.pem>, here and for nerveroot serve.',
    ],
    ['ECONNRESET', 'Check the address, and the network between (ECONNRESET).'],
  ])('fails by %s', async (trouble, remedy) => {
    serve();
    const examination = await examined();
    const metadata = { ...examination.metadata, state: 'unreachable', trouble } as const;
    expect(remedies({ ...examination, metadata })).toEqual([remedy]);
  });
});

describe('what is no FHIR R4 base', () => {
  it.each([
    [404, ''],
    [200, ' A login page or a proxy may stand where the FHIR server was meant.'],
  ])('answers HTML with %i', async (status, more) => {
    for (const path of ['metadata', 'Patient/p1', CONDITIONS]) {
      fhir.on(path, (_request, response) => response.writeHead(status).end('<html>sign in</html>'));
    }
    const examination = await examined();
    expect(isFine(examination)).toBe(false);
    expect(remedies(examination)).toEqual([
      `Check the base address: ${fhir.base()}/metadata is no CapabilityStatement (HTTP ${status}). Base addresses often end in /fhir or /r4.${more}`,
    ]);
  });

  it.each([
    [statement('5.0.0'), '5.0.0'],
    [{ resourceType: 'Conformance', fhirVersion: '1.0.2' }, '1.0.2'],
  ])('is another version of FHIR', async (metadata, version) => {
    serve();
    fhir.json('metadata', metadata);
    const examination = await examined();
    expect(isFine(examination)).toBe(false);
    expect(remedies(examination)[0]).toBe(
      `Give the address of the server's FHIR R4 interface: this one says that it speaks FHIR ${version}, and nerveroot reads R4 (4.0.1) only.`,
    );
  });
});

describe('a server that refuses', () => {
  const prefetch =
    'Where access stays refused, let the EHR send these by prefetch; GET /cds-services holds the templates in full:\nconditions: Condition?patient={{context.patientId}}';

  it.each([
    [
      401,
      undefined,
      'refused (401, security): the server wants a token, 0 ms',
      'Get an access token with the scopes patient/Condition.rs (older servers: patient/Condition.read), and name the variable that holds it: --token-env <name>.',
    ],
    [
      401,
      'old',
      'refused (401, security): the server does not accept the token, 0 ms',
      'Get a new access token for this server and patient, with the scopes patient/Condition.rs (older servers: patient/Condition.read): this one has expired, or is for another server.',
    ],
    [
      403,
      'narrow',
      'refused (403, security): the token may not read Condition, 0 ms',
      'Give the token the scopes patient/Condition.rs (older servers: patient/Condition.read).',
    ],
  ])('%i, with token %s', async (status, token, verdict, remedy) => {
    serve();
    fhir.json(CONDITIONS, anOutcome('security'), status);
    const examination = await examined(token === undefined ? {} : { token });
    expect(verdicts(examination)['conditions']).toBe(verdict);
    expect(remedies(examination).slice(0, 3)).toEqual([
      remedy,
      'In a call it is the EHR that sends such a token, as fhirAuthorization: have it granted for this service.',
      prefetch,
    ]);
  });

  it('tells which services answer 412', async () => {
    serve();
    fhir.json('Patient/p1', anOutcome('security'), 403);
    const examination = await examined();
    expect(answers(examination)).toEqual(['mini-order: 412', 'mini-view: 412']);
  });

  it('tells without what alone there is no answer', async () => {
    serve();
    fhir.json('Patient/p1', anOutcome('security'), 403);
    fhir.json(CONDITIONS, anOutcome('security'), 403);
    const { outlooks } = await examined();
    expect(outlooks.map(({ lacking }) => lacking)).toEqual([['patient'], ['patient']]);
  });

  it('the patient, since there is none of that id', async () => {
    serve();
    fhir.json('Patient/p1', anOutcome('not-found'), 404);
    const examination = await examined();
    expect(verdicts(examination)['patient']).toBe(
      'not found (404, not-found): the server has no patient of that id, 0 ms',
    );
    expect(remedies(examination)[0]).toBe(
      'Check --patient: it is the id of the FHIR resource on this server, and no record number.',
    );
  });
});

describe('a search that goes wrong', () => {
  it('by 400, as where a search by patient alone is refused', async () => {
    serve();
    fhir.json('metadata', statement('4.0.1', []));
    fhir.json(CONDITIONS, anOutcome('required'), 400);
    expect(await conditionsOf(examined())).toEqual({
      verdict: 'refused (400, required): the server does not take this search, 0 ms',
      remedy:
        "Find a search for conditions that the server takes (some want category= beside patient=), and write it under prefetch: in the services' files in hooks/services/; or let the EHR send conditions by prefetch. Its /metadata does not list: Condition patient.",
    });
  });

  it('by a fault of the server', async () => {
    serve();
    fhir.json(CONDITIONS, {}, 500);
    expect(await conditionsOf(examined())).toEqual({
      verdict: 'failed (500): the server has a fault',
      remedy: "Look into the server's own log for conditions: it failed there.",
    });
  });

  it('by an OperationOutcome in place of data, alone or among the entries', async () => {
    serve();
    for (const answer of [anOutcome('exception'), aSearchset([anOutcome('exception')])]) {
      fhir.json(CONDITIONS, answer);
      expect(await conditionsOf(examined())).toEqual({
        verdict: 'answered with an OperationOutcome in place of data (200, exception), 0 ms',
        remedy:
          "Ask the server's team why it reports an error for conditions; until then let the EHR send conditions by prefetch.",
      });
    }
  });

  it('by no Bundle', async () => {
    serve();
    fhir.json(CONDITIONS, aCough());
    expect(await conditionsOf(examined())).toEqual({
      verdict: 'answered with no Bundle, 0 ms',
      remedy:
        'Check the base address: a FHIR server answers a search with a Bundle, and did not for conditions.',
    });
  });

  it('by a next link to another address, which is not asked', async () => {
    serve();
    fhir.json(CONDITIONS, aSearchset([aCough()], `${elsewhere.base()}/next`));
    expect(await conditionsOf(examined())).toEqual({
      verdict:
        'incomplete: the next page is at another address, which nerveroot does not ask, 0 ms',
      remedy: `Set the public base address of the server, so that the next links of conditions begin with ${fhir.base()}: nerveroot takes a token to no other address.`,
    });
    expect(elsewhere.seen()).toEqual([]);
  });

  it('by a next link without end', async () => {
    serve();
    fhir.json(CONDITIONS, aSearchset([aCough()], `${fhir.base()}/${CONDITIONS}`));
    expect(await conditionsOf(examined())).toEqual({
      verdict: 'incomplete: there are more than 50 pages, 0 ms',
      remedy:
        "Let the server send larger pages for conditions, or narrow the search under prefetch: in the services' files in hooks/services/: a call reads 50 pages at most.",
    });
  });

  it('by another limit of a call, which its own words tell', async () => {
    const page = aSearchset([aCough()], `${fhir.base()}/next`) as Resource;
    const open: OpenFhirReader = (_access, _limits, observe) => ({
      read: async () => {
        observe?.({ status: 200, answer: PATIENT, trouble: undefined });
        return { state: 'read', resources: [PATIENT] };
      },
      search: async () => {
        observe?.({ status: 200, answer: page, trouble: undefined });
        return { state: 'incomplete', resources: [aCough()], reason: 'there is too much of it' };
      },
    });
    expect(await conditionsOf(examined({ open }))).toEqual({
      verdict: 'incomplete: there is too much of it, 0 ms',
      remedy:
        "Let the EHR send conditions by prefetch, or narrow the search under prefetch: in the services' files in hooks/services/: a call cannot take the answer whole.",
    });
  });

  it('by a redirect', async () => {
    serve();
    fhir.on(CONDITIONS, (_request, response) => {
      response.writeHead(307, { location: `${elsewhere.base()}/${CONDITIONS}` }).end();
    });
    expect(await conditionsOf(examined())).toEqual({
      verdict: 'answered with a redirect, which nerveroot does not follow',
      remedy:
        'The server answers with a redirect: give the address that it leads to. nerveroot follows none, so that a token stays where it belongs.',
    });
  });

  it('by data of another patient', async () => {
    serve();
    const others = { ...aCough('c2'), subject: { reference: 'Patient/p2' } };
    fhir.json(CONDITIONS, aSearchset([aCough(), others]));
    expect(await conditionsOf(examined())).toEqual({
      verdict: 'not usable: 1 of its resources belong to another patient, 0 ms',
      remedy:
        "Ask the server's team why it sends data of other patients for conditions: such answers are not read. Until then let the EHR send conditions by prefetch.",
    });
  });

  it('by taking longer than a call has', async () => {
    serve();
    let time = 0;
    const waiting: (() => void)[] = [];
    // Both answers wait for both questions, so that both take as long.
    const together = (path: string, body: unknown): void =>
      fhir.on(path, (_request, response) => {
        waiting.push(() => response.end(JSON.stringify(body)));
        if (waiting.length < 2) return;
        time = 2500;
        for (const send of waiting) send();
      });
    together('Patient/p1', PATIENT);
    together(CONDITIONS, aSearchset([]));
    const examination = await examined({ now: () => new Date(time) });
    expect(isFine(examination)).toBe(false);
    expect(answers(examination)).toEqual(['mini-order: 412', 'mini-view: 412']);
    expect(verdicts(examination)['conditions']).toBe(
      'too slow: nothing found, 2500 ms, and a call has 2000 ms',
    );
    expect(remedies(examination)).toEqual([
      'A call has 2000 ms for all its reads, and patient, conditions took up to 2500 ms: let the EHR send patient, conditions by prefetch, or set NERVEROOT_FHIR_BUDGET=4000 if clinicians can wait that long.',
    ]);
  });

  it('by not ending', async () => {
    serve();
    fhir.on(CONDITIONS, () => {});
    const examination = await examined({ limitMs: 1000 });
    expect(verdicts(examination)['conditions']).toBe('gave no whole answer in time');
  });
});

it('does not try what only a call can fill in', async () => {
  serve();
  const template = 'Condition?patient={{context.patientId}}&encounter={{context.encounterId}}';
  const services = mini.services.map((service) => ({
    ...service,
    requirements: service.requirements.map((r) =>
      r.key === 'conditions' ? { ...r, template } : r,
    ),
  }));
  const examination = await examined({ content: { ...mini, services } });
  expect(verdicts(examination)['conditions']).toBe(
    'not tried: only a call knows what its template asks for',
  );
  expect(fhir.seen().map(({ path }) => path)).toEqual(['/fhir/metadata', '/fhir/Patient/p1']);
});

describe('what the resources carry', () => {
  it('is counted, with the code systems that no value set knows', async () => {
    serve();
    const subject = { reference: `${fhir.base()}/Patient/p1` };
    const local = { coding: [{ system: 'urn:oid:1.2.3', code: 'L1', display: 'Secret' }] };
    fhir.json(
      CONDITIONS,
      aSearchset([
        { ...aCough(), clinicalStatus: { text: 'active' } },
        { resourceType: 'Condition', id: 'c2', subject, code: local, onsetPeriod: {} },
        { resourceType: 'Condition', id: 'c3', subject, code: { text: 'Secret' } },
        { resourceType: 'Practitioner', id: 'dr' },
      ]),
    );
    const examination = await examined();
    expect(examination.searches[1]?.census).toEqual({
      found: 3,
      others: { Practitioner: 1 },
      strangers: 0,
      foreign: 0,
      codes: { coded: 2, text: 1, reference: 0 },
      dated: 2,
      withStatus: 1,
      absoluteReferences: 2,
      localOnly: 1,
      systems: [
        { system: 'http://snomed.info/sct', resources: 1, known: true, examples: [] },
        { system: 'urn:oid:1.2.3', resources: 1, known: false, examples: ['L1'] },
      ],
    });
    expect(remedies(examination)[0]).toBe(
      'conditions whose codes no rule knows: 1, from urn:oid:1.2.3 (like L1). Say in a file of the site what those that matter stand for (NERVEROOT_CODES, docs/configuration.md), or let the EHR send standard codes beside them.',
    );
  });
});

describe('a resource type that the server does not have', () => {
  it('can be said to be kept nowhere, where the services can do without', async () => {
    serve();
    const { rest, ...others } = statement();
    const patientOnly = rest.map(({ resource, ...server }) => ({
      ...server,
      resource: resource.filter(({ type }) => type === 'Patient'),
    }));
    fhir.json('metadata', { ...others, rest: patientOnly });
    fhir.json(CONDITIONS, anOutcome('not-supported'), 404);
    expect(remedies(await examined())[0]).toBe(
      'If this site keeps no Condition anywhere, say so once, and nothing is missed:\nNERVEROOT_WITHOUT=Condition',
    );
    // Then it is not asked for.
    const site = { ...aSite(), without: ['Condition'] };
    expect(verdicts(await examined({ site }))).toEqual({ patient: 'works: 1 found, 0 ms' });
  });
});

describe('a search by a list of codes', () => {
  const write =
    'Write in hooks/services/mini-order.yaml, hooks/services/mini-view.yaml\nprefetch: { conditions: "Condition?patient={{context.patientId}}" }';

  it('that is refused is tried by patient alone', async () => {
    serve();
    fhir.json(CODED, anOutcome('not-supported'), 400);
    const examination = await examined({ content: narrow });
    expect(verdicts(examination)['conditions']).toBe(
      'refused (400, not-supported): the server does not take this search, 0 ms',
    );
    expect(remedies(examination)[0]).toBe(
      `The server does take the search for conditions by patient alone. ${write}`,
    );
  });

  it('that finds nothing where there is something misleads, and is found out', async () => {
    serve();
    fhir.json(CODED, aSearchset([]));
    const examination = await examined({ content: narrow });
    expect(verdicts(examination)['conditions']).toBe(
      'not usable: it left out 1 that have a code it was asked for, 0 ms',
    );
    expect(answers(examination)).toEqual(['mini-order: misled', 'mini-view: misled']);
    expect(remedies(examination)[0]).toBe(
      `The server does not find conditions by a list of codes without their systems, and does not say so; what it leaves out would be taken for absent. ${write}`,
    );
    expect(isFine(examination)).toBe(false);
  });

  it('may be the only one that is taken', async () => {
    serve();
    fhir.json(CODED, aSearchset([aCough()]));
    fhir.json(CONDITIONS, anOutcome('required'), 400);
    const examination = await examined({ content: narrow });
    expect(isFine(examination)).toBe(true);
    expect(verdicts(examination)['conditions']).toBe('works: 1 found, 0 ms');
  });

  it('may leave out what has other codes', async () => {
    serve();
    const other = {
      ...aCough('c9'),
      code: { coding: [{ system: 'urn:oid:1.2.3', code: 'L1' }] },
    };
    fhir.json(CODED, aSearchset([aCough()]));
    fhir.json(CONDITIONS, aSearchset([aCough(), other]));
    const examination = await examined({ content: narrow });
    expect(isFine(examination)).toBe(true);
    expect(remedies(examination)[0]).toContain('from urn:oid:1.2.3 (like L1).');
  });
});
