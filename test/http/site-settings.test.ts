import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { anOrderRequest, aViewRequest, type WireRequest } from '../support/cds-request.ts';
import {
  aCondition,
  aDraftOrder,
  anObservation,
  aPatientResource,
  searchset,
  type Json,
} from '../support/fhir-data.ts';
import { writeFiles } from '../support/folder.ts';
import { nerveroot } from '../support/nerveroot.ts';
import { useServer } from '../support/server.ts';
import { cardsOf } from '../support/wire.ts';

const ORDER = 'lumbar-radiculopathy-order';
const VIEW = 'lumbar-radiculopathy-view';
const LAKESIDE = 'https://lakeside.example/fhir';
const HARBOUR = 'https://harbour.example/fhir';
const FINDINGS = 'urn:nerveroot:codesystem:findings';
const APPROVAL = '{ approvedBy: Chief of spine, approvedOn: 2026-03-01, reason: local pathway';

const folder = mkdtempSync(join(tmpdir(), 'nerveroot-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'clients.yaml');
writeFiles(folder, {
  'clients.yaml': `site:
  rules: { CC-01: off }
clients:
  - fhirServer: ${LAKESIDE}
    timeZone: UTC
    parameters:
      EarlyImagingDays: 28 days
      PostVoidResidual: ${APPROVAL}, value: 350 mL }
  - fhirServer: ${HARBOUR}
    timeZone: UTC
    parameters: { PostVoidResidual: 150 ml, ExamDays: 60 days }
    rules:
      IM-01: silent
      RF-02: ${APPROVAL}, show: off }
`,
});

const daysAgo = (days: number): string =>
  new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

/** A call for a patient with sciatica for so many days, and these findings. */
function dataOf(days: number, findings: readonly Json[] = []): Json {
  const since = { onsetDateTime: daysAgo(days), recordedDate: daysAgo(days) };
  return {
    patient: aPatientResource(),
    conditions: searchset([aCondition(since)]),
    observations: searchset(findings),
    procedures: searchset([]),
    diagnosticReports: searchset([]),
    diagnosticReportsByCategory: searchset([]),
    serviceRequests: searchset([]),
    medicationRequests: searchset([]),
    medicationStatements: searchset([]),
    questionnaireResponses: searchset([]),
  };
}

const finding = (code: string, changes: Json): Json =>
  anObservation({ code: { coding: [{ system: FINDINGS, code }] }, ...changes });
const answers = (codes: readonly string[], valueBoolean: boolean): Json[] =>
  codes.map((code) => finding(code, { id: code, effectiveDateTime: daysAgo(0), valueBoolean }));
const residual = (value: number): Json =>
  anObservation({
    code: { coding: [{ system: FINDINGS, code: 'post-void-residual' }] },
    effectiveDateTime: daysAgo(0),
    valueQuantity: { value, unit: 'mL', system: 'http://unitsofmeasure.org', code: 'mL' },
  });
const weakness: Json = finding('leg-weakness', {
  effectiveDateTime: daysAgo(0),
  valueBoolean: true,
});

const view = (fhirServer: string | undefined, data: Json) =>
  aViewRequest({ fhirServer, prefetch: data });
const order = (fhirServer: string | undefined, data: Json) =>
  anOrderRequest([aDraftOrder()], { fhirServer, prefetch: data });

describe.each(['0', '2'])('two sites in one process, with %s workers', (workers) => {
  const server = useServer({
    env: { NERVEROOT_CLIENTS: path, NERVEROOT_WORKERS: workers, NERVEROOT_QUEUE: '64' },
  });
  const rulesOf = async (service: string, request: unknown) =>
    cardsOf(await server.call(service, request)).map(({ source }) => source.topic.code);
  const cardOf = async (rule: string, service: string, request: unknown) =>
    cardsOf(await server.call(service, request)).find(({ source }) => source.topic.code === rule);
  const residualCard = async (fhirServer: string | undefined, value: number) =>
    (await cardOf('RF01', VIEW, view(fhirServer, dataOf(10, [residual(value)]))))?.detail ?? '';
  const early = (fhirServer: string | undefined, days: number) =>
    cardOf('IM01', ORDER, order(fhirServer, dataOf(days, NO_FLAGS)));
  const notChecked = (fhirServer: string | undefined, data: Json) =>
    cardOf('NC01', VIEW, view(fhirServer, data));
  /** The line of the log about a call; what a process writes comes when it comes. */
  const recordOf = async (service: string, request: WireRequest): Promise<Json> => {
    const hookInstance = randomUUID();
    await server.call(service, { ...request, hookInstance });
    return vi.waitFor(
      () => {
        const lines = server.output().split('\n');
        const line = lines.find(
          (text) => text.includes('"answered"') && text.includes(hookInstance),
        );
        if (line === undefined) throw new Error('Not logged yet');
        return JSON.parse(line) as Json;
      },
      { timeout: 600_000 },
    );
  };

  it('decide by their own residual, whoever calls in between', async () => {
    const data = dataOf(10, [residual(250)]);
    const small = dataOf(10, [residual(180)]);
    const calls = Array.from({ length: 4 }, async () =>
      Promise.all([
        rulesOf(VIEW, view(LAKESIDE, data)),
        rulesOf(VIEW, view(HARBOUR, small)),
        rulesOf(VIEW, view(undefined, data)),
        rulesOf(VIEW, view(undefined, small)),
      ]),
    );
    for (const [lakeside, harbour, large, less] of await Promise.all(calls)) {
      expect(lakeside).not.toContain('RF01');
      expect(harbour).toContain('RF01');
      expect(large).toContain('RF01');
      expect(less).not.toContain('RF01');
    }
  });

  it('print their own numbers', async () => {
    const harbour = await residualCard(HARBOUR, 250);
    expect(harbour).toContain('below 150 mL excludes nothing');
    expect(harbour).toContain('Post-void residual 250 mL');
    expect(harbour).not.toContain('200 mL');
    expect(await residualCard(undefined, 250)).toContain('below 200 mL excludes nothing');
  });

  it('call imaging early for as long as they say, and say how long', async () => {
    expect((await early(undefined, 35))?.summary).toContain('in the first 6 weeks');
    expect(await early(LAKESIDE, 35)).toBeUndefined();
    const lakeside = JSON.stringify(await early(LAKESIDE, 20), (key, value: unknown) =>
      key === 'code' ? undefined : value,
    );
    expect(lakeside).toContain('in the first 4 weeks');
    expect(lakeside).not.toMatch(/\b(6|six)[ -]weeks/);
  });

  it('show nothing of a silent rule, and count it in the log', async () => {
    const request = order(HARBOUR, dataOf(20, NO_FLAGS));
    expect(await rulesOf(ORDER, request)).not.toContain('IM01');
    const record = await recordOf(ORDER, request);
    expect(record['silent']).toEqual(['IM-01']);
    const other = await recordOf(ORDER, order(LAKESIDE, dataOf(20, NO_FLAGS)));
    expect([other['silent'], other['rules']]).toEqual([[], expect.arrayContaining(['IM-01'])]);
  });

  it('say what red flag is off and which bound was passed, and who approved it', async () => {
    const harbour = await notChecked(HARBOUR, dataOf(10, [weakness]));
    expect(harbour?.summary).toBe('This site has changed safety checks: see which');
    expect(harbour?.detail).toContain(
      '(RF-02): switched off. Approved by Chief of spine on 2026-03-01: local pathway',
    );
    expect(harbour?.detail).not.toContain('Missing data');
    const lakeside = await notChecked(LAKESIDE, dataOf(10));
    expect(lakeside?.detail).toContain('PostVoidResidual: 350 mL (the content has 200 mL');
    expect(await notChecked(undefined, dataOf(10))).toBeUndefined();
    const nobodys = { ...dataOf(10), conditions: searchset([]) };
    expect(await notChecked(LAKESIDE, nobodys)).toBeUndefined();
  });

  it('leave off what the default site leaves off, for calls from no known site alone', async () => {
    const data = dataOf(10);
    expect(await rulesOf(VIEW, view(undefined, data))).not.toContain('CC01');
    expect(await rulesOf(VIEW, view(LAKESIDE, data))).toContain('CC01');
  });
});

/** The red-flag screen, all answered with no. */
const NO_FLAGS = answers(
  [
    'saddle-sphincter-symptoms',
    'leg-weakness',
    'recent-trauma',
    'cancer-history',
    'fever-or-infection-risk',
    'anticoagulant-use',
    'long-term-steroid',
    'osteoporosis',
    'immunosuppression',
  ],
  false,
);

describe('settings below the floor that nobody approved', () => {
  const file = join(folder, 'wrong.yaml');
  const setting = 'parameters: { PostVoidResidual: 350 mL }';
  writeFiles(folder, { 'wrong.yaml': `clients:\n  - fhirServer: ${LAKESIDE}\n    ${setting}\n` });
  const fault = `${file}:3:19: error: PostVoidResidual of 350 mL is past its bounds, 100 to 200 mL`;

  it.each(['0', '1'])('stop the start with %s workers', async (workers) => {
    const settings = { NERVEROOT_CLIENTS: file, PORT: '0', NERVEROOT_WORKERS: workers };
    const { status, err } = await nerveroot(['serve'], settings);
    expect([status, err]).toEqual([1, expect.stringContaining(fault)]);
  });

  it('are named by check', async () => {
    const { status, out } = await nerveroot(['check', '--clients', file]);
    expect([status, out]).toEqual([1, expect.stringContaining(fault)]);
  });
});

it('doctor tells what a site changed, with whose approval', async () => {
  const { out } = await nerveroot(['doctor', '--fhir-server', HARBOUR], {
    NERVEROOT_CLIENTS: path,
    NERVEROOT_FHIR_BUDGET: '1',
  });
  expect(out.replaceAll(/\s+/g, ' ')).toContain(
    '(RF-02): switched off. Approved by Chief of spine on 2026-03-01: local pathway',
  );
});
