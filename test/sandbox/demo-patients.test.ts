import { DateTime } from 'luxon';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resourcesOf } from '../../src/cli/sandbox.ts';
import type { Content } from '../../src/content/content.ts';
import { loadDemoPatients, type DemoPatient } from '../../src/content/demo-patient.ts';
import { decide, type DecisionResult } from '../../src/decision/decide.ts';
import { composeRequest } from '../../src/patient-data/compose-request.ts';
import { PARAMETERS } from '../../src/sandbox/definitions.ts';
import { anOrderContext } from '../support/cds-request.ts';
import { aCompiler, ROOT, theContent } from '../support/content.ts';
import type { Json } from '../support/fhir-data.ts';
import { useServer } from '../support/server.ts';
import { aSite } from '../support/site.ts';

const INSTANCE = '11111111-1111-4111-8111-111111111111';

const compiler = aCompiler();
let content: Content;
let demoPatients: readonly DemoPatient[];
beforeAll(async () => {
  content = await theContent(compiler);
  ({ patients: demoPatients } = await loadDemoPatients(ROOT, content.program.model));
});
afterAll(() => compiler.translator.close());

const now = DateTime.fromISO('2026-03-10T09:00:00Z', { zone: 'Europe/Zurich' });

function answerFor(patient: DemoPatient): Promise<DecisionResult> {
  const service = content.services.find(({ hook }) => hook === patient.hook);
  if (!service) throw new Error(`No service answers ${patient.hook}`);
  const body = composeRequest({
    hook: patient.hook,
    hookInstance: INSTANCE,
    requirements: service.requirements,
    resources: resourcesOf(patient, now),
    draftOrders: patient.order ? [patient.order] : undefined,
  });
  return decide(service.id, body, {
    content: { current: async () => content },
    clock: () => now.toJSDate(),
    newId: () => INSTANCE,
    siteOf: () => aSite('Europe/Zurich'),
  });
}

describe('the demo patients', () => {
  it('are a dozen stories or more, each with a name of its own', () => {
    const ids = demoPatients.map(({ id }) => id);
    expect(ids).toHaveLength(17);
    expect(new Set(demoPatients.map(({ title }) => title)).size).toBe(17);
  });

  it('hold no date that ages, and are whole when loaded', () => {
    for (const patient of demoPatients) {
      const resources = resourcesOf(patient, now);
      expect(JSON.stringify(patient.resources)).not.toMatch(/"\d{4}-\d\d/);
      expect(JSON.stringify(resources)).not.toMatch(/"(today|now)\b/);
      expect(resources.filter(({ id }) => id === undefined)).toEqual([]);
      expect(new Set(resources.map(({ id }) => id)).size).toBe(resources.length);
      expect(resources.filter((r) => !PARAMETERS.has(r.resourceType))).toEqual([]);
    }
  });

  it.each([
    ['cauda-equina', 'RF-01'],
    ['foot-drop', 'RF-02'],
    ['early-mri', 'IM-01'],
    ['fever-and-injecting', 'RF-05'],
    ['cancer-history', 'RF-04'],
    ['injection-on-apixaban', 'EI-08'],
    ['ready-for-injection', 'EI-01'],
    ['osteoporotic-fracture', 'RF-03'],
    ['coded-as-back-pain', 'CC-01'],
    ['six-weeks-of-care', 'IM-04'],
    ['chart-in-words', 'NC-03'],
    ['large-aneurysm', 'RF-06'],
  ])('%s shows %s', async (id, rule) => {
    const { rules } = await answerFor(patientOf(id));
    expect(rules).toContain(rule);
  });

  it.each(['six-weeks-of-care', 'cancer-history', 'fever-and-injecting'])(
    '%s hears nothing of imaging too early',
    async (id) => {
      const { rules } = await answerFor(patientOf(id));
      expect(rules).not.toContain('IM-01');
    },
  );

  it('counts all criteria of an injection as met for whom it is ready', async () => {
    const { response } = await answerFor(patientOf('ready-for-injection'));
    expect(response.cards.map(({ summary }) => summary)).toContain(
      'Epidural injection: all 13 criteria met: referral can be discussed',
    );
  });

  it('shows no card for somebody without a back problem', async () => {
    const { rules } = await answerFor(patientOf('no-back-problem'));
    expect(rules).toEqual([]);
  });
});

function patientOf(id: string): DemoPatient {
  const patient = demoPatients.find((candidate) => candidate.id === id);
  if (patient) return patient;
  throw new Error(`There is no demo patient ${id}`);
}

describe('an EHR that prefetches from the sandbox', () => {
  const server = useServer({ env: { NERVEROOT_LOG_LEVEL: 'silent' } });

  it('gets the answer for each demo patient', async () => {
    const { services } = JSON.parse((await server.get('/cds-services')).text) as {
      services: { id: string; hook: string; prefetch: Record<string, string> }[];
    };
    for (const patient of demoPatients) {
      const service = services.find(({ hook }) => hook === patient.hook);
      const prefetch: Json = {};
      for (const [key, template] of Object.entries(service?.prefetch ?? {})) {
        const search = template.replaceAll('{{context.patientId}}', patient.id);
        const found = await server.get(`/sandbox/fhir/${search}`);
        expect([search, found.status]).toEqual([search, 200]);
        prefetch[key] = JSON.parse(found.text);
      }
      const orders = patient.order ? anOrderContext([{ id: 'draft', ...patient.order }]) : {};
      const context = { userId: 'Practitioner/1', ...orders, patientId: patient.id };
      const call = { hook: patient.hook, hookInstance: INSTANCE, context, prefetch };
      const answer = await server.call(service?.id ?? '', call);
      const { cards } = JSON.parse(answer.text) as { cards: { source: { topic: Json } }[] };
      const expected = await answerFor(patient);
      expect([patient.id, answer.status, cards.length]).toEqual([
        patient.id,
        200,
        expected.response.cards.length,
      ]);
    }
  });
});
