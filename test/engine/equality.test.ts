import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { DateTime } from 'luxon';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Content } from '../../src/content/content.ts';
import { loadDemoPatients } from '../../src/content/demo-patient.ts';
import { completeResource } from '../../src/fhir/complete-resource.ts';
import { resolveDates } from '../../src/fhir/relative-dates.ts';
import type { Resource } from '../../src/fhir/resource.ts';
import { resourcesOfBundle } from '../../src/patient-data/compose-request.ts';
import { loadCases, type RuleCase } from '../../src/rule-tests/load-cases.ts';
import { composeCase } from '../../src/rule-tests/run-case.ts';
import { arbitraryCharts } from '../support/arbitrary-chart.ts';
import { ROOT, theContent } from '../support/content.ts';
import { compareEngines } from '../support/engines.ts';
import { callOf, inputOf, MRI, type Moment } from '../support/service-calls.ts';
import { withheldFrom } from '../support/withheld.ts';

/** Every case, record and variant takes minutes; a sample of them is run every day. */
const IS_EVERY = process.env['NERVEROOT_EVERY_CASE'] === '1';
const SEED = 20_260_310;
const ZURICH: Moment = { now: new Date('2026-03-10T14:00:00Z'), timeZone: 'Europe/Zurich' };

const FOLDER = join(ROOT, '..', 'shared', 'records');
const records = existsSync(FOLDER)
  ? readdirSync(FOLDER).filter((name) => name.endsWith('.json.gz'))
  : [];
if (records.length === 0) {
  process.stdout.write('Skipped: no patient records of other projects in ../shared/records\n');
}

let content: Content;
let cases: readonly RuleCase[];

beforeAll(async () => {
  content = await theContent();
  ({ cases } = await loadCases(ROOT, ['test/rules']));
});

/** Every so many-th; all of them where every case is asked for. */
function sample<T>(all: readonly T[], each: number): readonly T[] {
  return IS_EVERY ? all : all.filter((_one, i) => i % each === 0);
}

/** What the two engines do not agree on in calls, with what only one of them evaluates. */
class Disagreements {
  readonly found: string[] = [];
  readonly spared = new Set<string>();
  compared = 0;

  async add(where: string, serviceId: string, body: unknown, moment: Moment): Promise<void> {
    const input = await inputOf(content, serviceId, body, moment);
    if (!input) return;
    const { compared, differences, spared } = await compareEngines(content.program, input);
    this.compared += compared;
    for (const define of spared) this.spared.add(define);
    for (const { define, compiled, interpreted } of differences) {
      this.found.push(`${where}: ${define} is ${compiled}, and not ${interpreted}`);
    }
  }

  async addResources(where: string, resources: readonly Resource[], order?: Resource) {
    for (const service of content.services) {
      await this.add(
        `${where}, ${service.id}`,
        service.id,
        callOf(service, resources, order),
        ZURICH,
      );
    }
  }

  /** What differs, and the defines that fail in cql-execution alone. */
  get outcome() {
    return { differences: this.found, spared: [...this.spared] };
  }
}

/** Where no define fails on the side of an `and` or `or` that cql-execution alone evaluates. */
const NONE = { differences: [], spared: [] };

describe('compiled code comes to the values of cql-execution', () => {
  it('in the rule cases', async () => {
    const all = new Disagreements();
    for (const ruleCase of sample(cases, 30)) {
      const { serviceId, body, now, timeZone } = composeCase(ruleCase, content);
      await all.add(ruleCase.file, serviceId, body, { now, timeZone });
    }
    expect(all.outcome).toEqual(NONE);
    expect(all.compared).toBeGreaterThan(10_000);
  });

  it('in all demo patients, for every service', async () => {
    const { patients, faults } = await loadDemoPatients(ROOT, content.program.model);
    expect(faults).toEqual([]);
    const all = new Disagreements();
    const now = DateTime.fromJSDate(ZURICH.now, { zone: ZURICH.timeZone });
    for (const { id, resources, order } of patients) {
      const complete = resources.map((resource, i) => completeResource(resource, id, `r${i}`));
      await all.addResources(id, resolveDates(complete, now) as Resource[], order ?? MRI); // dates alone change
    }
    expect(all.outcome).toEqual(NONE);
    expect(all.compared).toBeGreaterThan(10_000);
  });

  it('where data are withheld', async () => {
    const all = new Disagreements();
    // Each case has some forty variants, which are alike to the engine.
    const each = IS_EVERY ? 20 : 150;
    for (const ruleCase of cases.filter((_case, i) => i % each === 7)) {
      const { serviceId, body, now, timeZone } = composeCase(ruleCase, content);
      for (const [i, less] of withheldFrom(body).entries()) {
        if (!IS_EVERY && i % 4 !== 0) continue;
        await all.add(`${ruleCase.file}, withheld ${i}`, serviceId, less, { now, timeZone });
      }
    }
    expect(all.outcome).toEqual(NONE);
    expect(all.compared).toBeGreaterThan(10_000);
  });

  it(`in generated charts, of seed ${SEED}`, async () => {
    const runs = { seed: SEED, numRuns: IS_EVERY ? 1000 : 50, endOnFailure: true };
    const zones = fc.constantFrom(
      'Europe/Zurich',
      'America/Los_Angeles',
      'Pacific/Kiritimati',
      'Asia/Kolkata',
      'UTC',
    );
    let compared = 0;
    const [service] = content.services;
    if (!service) throw new Error('There is no service');
    const property = fc.asyncProperty(arbitraryCharts(content), zones, async (chart, timeZone) => {
      const one = new Disagreements();
      await one.add('A chart', service.id, callOf(service, chart), { ...ZURICH, timeZone });
      expect(one.outcome).toEqual(NONE);
      compared += one.compared;
    });
    await fc.assert(property, runs);
    expect(compared).toBeGreaterThan(10_000);
  });

  it.skipIf(records.length === 0)('in the records of other projects', async () => {
    const all = new Disagreements();
    for (const record of sample(records, 16)) {
      const text = gunzipSync(readFileSync(join(FOLDER, record))).toString('utf8');
      const bundle: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
      await all.addResources(record, resourcesOfBundle(bundle));
    }
    expect(all.outcome).toEqual(NONE);
    expect(all.compared).toBeGreaterThan(1000);
  });
});
