import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCsv } from '../src/content/csv-file.ts';
import type { Content } from '../src/content/content.ts';
import { loadCases, type RuleCase } from '../src/rule-tests/load-cases.ts';
import { ROOT, theContent } from './support/content.ts';
import { KINDS } from './support/unread-kinds.ts';
import { CaseVariants, type Variant } from './support/unread-variants.ts';

// Every so many-th change of a kind is tried, of all cases; UNREAD_EVERY=1 tries all of them, which takes minutes.
const EVERY = Number(process.env['UNREAD_EVERY'] ?? '29');

/** Whole patients: each fact of each is made unknown once, in the first of these ways that fits it. */
const VIGNETTE = /^test\/rules\/vignettes\//;
const UNKNOWN = ['no value, and why', 'words without a code', 'a modifier extension'];

/** What the laws would forbid, and is right all the same. */
const EXCEPTIONS: readonly {
  readonly law: string;
  readonly what: RegExp;
  readonly kind?: RegExp;
  readonly type?: string;
  readonly file?: RegExp;
  readonly id?: RegExp;
  readonly because: string;
}[] = [
  {
    law: 'all-clear',
    what: /^RF-03/,
    type: 'MedicationStatement',
    file: /^test\/rules\/RF-03\/medicines/,
    because:
      'to be mended: a medicine that tells of weak bones and is unread leaves RF-03 open, and no card says so',
  },
  {
    law: 'all-clear',
    what: /^RF-03/,
    type: 'MedicationRequest',
    file: /^test\/rules\/RF-03\/medicines/,
    because: 'to be mended: as for a statement, where an order is in words',
  },
  {
    law: 'appropriate',
    what: /^CC-01/,
    file: /^test\/rules\/RF-03\/medicines/,
    because: 'to be mended: goes with the medicine that is unread',
  },
  {
    law: 'false',
    what: /^RF-02a?/,
    type: 'Observation',
    file: /^test\/rules\/RF-11\/when-the-signs-began/,
    because: 'to be mended: RF-02 counts a sign that is unread as one that was not there',
  },
  {
    law: 'false',
    what: /^IM-09/,
    because:
      'what cannot be read told that a finding is old; without it the finding is new, and a new image is not spoken against',
  },
  {
    law: 'all-clear',
    what: /^EI-0[89]/,
    kind: /^(?:a date to come|no date)$/,
    type: 'MedicationStatement',
    because:
      'it says readably that the medicine is not taken yet, or that it was intended and no more',
  },
  {
    law: 'all-clear',
    what: /^EI-11/,
    kind: /^counted and not sent$/,
    type: 'AllergyIntolerance',
    because:
      'while an injection is chosen, its criteria name the list of allergies that did not come whole',
  },
  {
    law: 'appropriate',
    what: /^EI-01: INR and platelets/,
    kind: /^(?:a date to come|no date)$/,
    type: 'MedicationStatement',
    because: 'as for EI-08: it says readably that the medicine is not taken yet',
  },
  {
    law: 'false',
    what: /^EI-09/,
    kind: /^(?:a date to come|no date)$/,
    type: 'MedicationStatement',
    because: 'as for EI-08: it says readably that the medicine is not taken yet',
  },
  {
    law: 'appropriate',
    what: /^RF-02b/,
    kind: /^(?:a date to come|no date)$/,
    type: 'MedicationStatement',
    because: 'as for EI-08: it says readably that the medicine is not taken yet',
  },
  {
    law: 'false',
    what: /^RF-09/,
    kind: /^(?:a date to come|no date)$/,
    type: 'MedicationStatement',
    because: 'as for EI-08: it says readably that the medicine is not taken yet',
  },
  {
    law: 'all-clear',
    what: /^RF-09/,
    kind: /^(?:a date to come|no date)$/,
    type: 'MedicationStatement',
    because: 'as for EI-08: it says readably that the medicine is not taken yet',
  },
  {
    law: 'false',
    what: /^RF-10/,
    type: 'Procedure',
    file: /IM-09\/surgery-day-of-report/,
    because:
      'the procedure is older than the days for which RF-10 looks, whether it can be read or not',
  },
  {
    law: 'all-clear',
    what: /^RF-02/,
    file: /vignettes\/myeloma-fever-steroid-and-a-weak-knee/,
    because:
      'two cards at most stand beside a critical one, and these speak of cancer and fracture; RF-05 says that leg weakness is not known',
  },
  {
    law: 'false',
    what: /^EI-08/,
    kind: /^(?:a date to come|no date)$/,
    type: 'MedicationStatement',
    because:
      'it says readably that the medicine is not taken yet, or that it was intended and no more',
  },
  {
    law: 'appropriate',
    what: /^CC-01/,
    kind: /^words without a code$/,
    type: 'Condition',
    because:
      'diabetes, kidney, liver and alcohol trouble, hardware and weight loss are weak risks and clues: in words they are common, and to name them for every back pain would hide what is grave',
  },
  {
    law: 'all-clear',
    what: /^RF-05/,
    kind: /^words without a code$/,
    file: /alcohol-and-hardware/,
    because: 'as for CC-01: weak risks in words are not looked for',
  },
  {
    law: 'false',
    what: /^CC-01/,
    kind: /date/,
    type: 'Condition',
    because:
      'another complaint is on record and active for long: what has no day does not make it new',
  },
  {
    law: 'all-clear',
    what: /^RF-01/,
    kind: /date/,
    type: 'Condition',
    because:
      'coded bladder and bowel trouble is common, and counts only when certainly of this episode',
  },
  {
    law: 'appropriate',
    what: /^CC-01/,
    kind: /date/,
    file: /bowel-incontinence|retention/,
    because:
      'coded bladder and bowel trouble is common, and counts only when certainly of this episode',
  },
  {
    law: 'appropriate',
    what: /^(?:EI-01: Image that fits|IM-01 as a warning)/,
    type: 'ServiceRequest',
    because:
      'of several orders one cannot be read, or one that was cancelled counts as open: the others are judged as they are',
  },
  {
    law: 'appropriate',
    what: /^IM-04 in full/,
    kind: /^a group as its subject$/,
    file: /IM-06\/response/,
    because: 'what is said of a group contradicts nothing that is said of the patient',
  },
  {
    law: 'appropriate',
    what: /^IM-01 as a warning/,
    type: 'DiagnosticReport',
    file: /IM-09\/early-as-well/,
    because:
      'the card of the repeat said the same of the early order; where its report cannot be read, that of the early order does, and names the report',
  },
  {
    law: 'false',
    what: /^IM-01/,
    kind: /status/,
    because: 'a medicine whose status cannot be read counts as taken, and is a reason for an image',
  },
  {
    law: 'false',
    what: /^ME-02/,
    kind: /^a date to come$/,
    type: 'MedicationStatement',
    because: 'it says readably that the medicine is not taken yet',
  },
  {
    law: 'appropriate',
    what: /^(?:IM-04 in full|IM-09|IM-01)/,
    kind: /^words without a code$/,
    type: 'Observation',
    because: 'no words are looked for that may be a score',
  },
  {
    law: 'appropriate',
    what: /^IM-09/,
    kind: /^a group/,
    because: 'a "no" of nobody does not make a finding of the patient new',
  },
  {
    law: 'false',
    what: /^IM-0[45]/,
    kind: /^a group/,
    because: 'a "no" of nobody does not make a finding of the patient new',
  },
  {
    law: 'appropriate',
    what: /^IM-04$/,
    because:
      'the card asks for a score that can be read, to judge the image; it finds nothing appropriate',
  },
  {
    law: 'false',
    what: /^IM-0[45]/,
    kind: /^words without a code$/,
    because: 'no words are looked for that may be a score; the score that can be read decides',
  },
  ...(['all-clear', 'appropriate', 'false'] as const).map((law) => ({
    law,
    what: /./,
    kind: /^a group/,
    file: /stable-beside-a-no|onset-beside-a-no|denied-|against-no|no-flagged-positive|no-in-a-status/,
    because:
      'a "no" of nobody says nothing of the patient: with it goes the contradiction, or the doubt, that it made',
  })),
  ...(['appropriate', 'false'] as const).map((law) => ({
    law,
    what: /./,
    kind: /^a value that is a number$/,
    file: /fahrenheit-as-celsius/,
    because: 'without its unit the number is a normal temperature in Fahrenheit, and alarms nobody',
  })),
  {
    law: 'all-clear',
    what: /^RF-02a/,
    kind: /^a value that is a number$/,
    file: /grades-outside/,
    because: 'the value was none of the scale, and the number written for it is one',
  },
  {
    law: 'false',
    what: /^NC-02/,
    kind: /^counted and not sent$/,
    file: /in-a-bundle|of-no-type/,
    because: 'what is among the orders comes with the call, and no search counts it',
  },
  {
    law: 'false',
    what: /./,
    kind: /value/,
    file: /diagnosis-as-a-value|chief-complaint|other-form/,
    because: 'the value alone says what may be an emergency, and the change takes it away',
  },
  {
    law: 'false',
    what: /./,
    kind: /ICD-10/,
    file: /words-(?:say-more|of-a-code)/,
    because: 'the words beside the code say what it may be, and the change takes them away',
  },
  {
    law: 'false',
    what: /^RF-01/,
    kind: /^counted and not sent$/,
    file: /result-inside-a-report/,
    because:
      'findings are asked for as observations: one that stands inside a report alone goes with that report',
  },
  {
    law: 'false',
    what: /^IM-07/,
    file: /IM-09\//,
    because:
      'IM-09 speaks of the report or image that cannot be read, and IM-07 leaves the order to it',
  },
  {
    law: 'false',
    what: /^RF-09/,
    kind: /status/,
    file: /entered-in-error/,
    because:
      'what was entered in error counts as present while its status cannot be read, and it says that the weakness is old',
  },
  {
    law: 'all-clear',
    what: /^RF-02b/,
    kind: /^words without a code$/,
    file: /inversion-not-graded/,
    because:
      'without back or leg pain a foot drop in words is no louder than one in a code; DX-05 speaks of the weak foot',
  },
  {
    law: 'all-clear',
    what: /^RF-11/,
    file: /reflexes-(?:0-to-4|out-of-four)/,
    because:
      'a reflex that cannot be read is told of with back or leg pain; outside it only what may be an emergency by itself is',
  },
  {
    law: 'false',
    what: /./,
    kind: /^counted and not sent$/,
    file: /NC-03\/(?:complication|reason-of)|IM-01\/report-concludes/,
    because:
      'diagnoses are asked for as conditions: one that only a procedure, a medicine or a report tells of goes with that',
  },
  {
    law: 'all-clear',
    what: /^RF-07/,
    because:
      'it is a hint at a slow disease and no emergency: a sign of it that cannot be read stands among what nobody asked',
  },
  {
    law: 'all-clear',
    what: /^RF-08/,
    because:
      'a pregnancy is no danger by itself: where its status cannot be read, the rules that it changes ask for it',
  },
  {
    law: 'all-clear',
    what: /^RF-15/,
    because: 'it is a note on scope beside a complaint, and no red flag',
  },
  {
    law: 'all-clear',
    what: /^RF-04b/,
    file: /age-(?:denied-)?(?:care|home-programme)-night/,
    because:
      'age with pain that lasts in spite of care is one weak sign; what care and which score cannot be read is no red flag',
  },
  {
    law: 'false',
    what: /^IM-0[45]/,
    file: /home-programme-in-words-since/,
    because:
      'the days of care that can be read decide; no image is called appropriate by what cannot be read',
  },
  {
    law: 'false',
    what: /./,
    file: /display-contradicts/,
    because:
      'the change takes away the contradiction between a code and its display, and with it the doubt about all of its type',
  },
  {
    law: 'false',
    what: /./,
    id: /^torn$/,
    because: 'as for those: what is called torn contradicts itself',
  },
  {
    law: 'appropriate',
    what: /./,
    id: /^torn$/,
    because: 'as for those: what is called torn contradicts itself',
  },
  {
    law: 'false',
    what: /^(?:DX-01|CC-01)/,
    kind: /status/,
    because:
      'what has ended, was refuted or entered in error counts as present while its status cannot be read: other cards speak',
  },
  {
    law: 'all-clear',
    what: /^EI-0[78]/,
    type: 'ServiceRequest',
    because:
      'an order that cannot be read is told of to adults with back or leg pain (NC-02, decision 0006)',
  },
  {
    law: 'false',
    what: /^(?:EI-0[178]|DX-01|ME-02|IM-)/,
    type: 'ServiceRequest',
    because:
      'an order that cannot be read is told of to adults with back or leg pain (NC-02, decision 0006)',
  },
];

let content: Content;
let cases: readonly RuleCase[];
let displays: ReadonlyMap<string, string>;

beforeAll(async () => {
  content = await theContent();
  ({ cases } = await loadCases(ROOT, ['test/rules']));
  displays = readDisplays();
});

/** The verified list names systems as people do; what a system is called in records its codes tell. */
function readDisplays(): ReadonlyMap<string, string> {
  const file = 'cql/terminology/codes.csv';
  const text = readFileSync(join(ROOT, file), 'utf8');
  const rows = readCsv({ file, text }, []);
  return new Map(rows.map(({ code = '', display = '' }) => [code, display]));
}

function isExcepted(found: { law: string; what: string; file: string; variant: Variant }): boolean {
  return EXCEPTIONS.some(
    ({ law, what, kind, type, file, id }) =>
      law === found.law &&
      what.test(found.what) &&
      (kind?.test(found.variant.kind) ?? true) &&
      (type === undefined || type === found.variant.resource.resourceType) &&
      (file?.test(found.file) ?? true) &&
      (id?.test(found.variant.resource.id ?? '') ?? true),
  );
}

/** Of each resource one change that makes unknown what it says. */
function eachUnknown(variants: readonly Variant[]): Variant[] {
  return [...new Set(variants.map(({ resource }) => resource))].flatMap((resource) => {
    const ofIt = variants.filter((variant) => variant.resource === resource);
    const first = UNKNOWN.flatMap((kind) => ofIt.filter((variant) => variant.kind === kind));
    return first.slice(0, 1);
  });
}

describe('a resource that cannot be read', () => {
  it('turns no red flag into an all-clear, no fact false, and nothing into appropriate', async () => {
    const found: string[] = [];
    const tried = new Set<string>();
    const met = new Map<string, number>();
    const isChosen = ({ kind }: Variant): boolean => {
      const before = met.get(kind) ?? 0;
      met.set(kind, before + 1);
      return before % EVERY === 0;
    };
    for (const ruleCase of cases) {
      const variants = new CaseVariants(ruleCase, content);
      const all = variants.all((_system, code) => displays.get(code));
      const chosen = VIGNETTE.test(ruleCase.file) ? eachUnknown(all) : all.filter(isChosen);
      const before = chosen.length > 0 ? await variants.decide() : undefined;
      if (before === undefined) continue; // the case is about an answer that data are missing
      for (const variant of chosen) {
        tried.add(variant.kind);
        const { file } = ruleCase;
        const offences = await variants.offences(before, variant);
        const { resourceType, id } = variant.resource;
        for (const { law, what } of offences) {
          if (isExcepted({ law, what, file, variant })) continue;
          found.push(`${file}, ${resourceType}/${id ?? ''} with ${variant.kind}: ${law}: ${what}`);
        }
      }
    }
    expect(found).toEqual([]);
    // So that no kind goes untried for want of a resource that it fits.
    expect([...tried].toSorted()).toEqual(Object.keys(KINDS).toSorted());
  });

  it('is excepted from the laws for a reason that is written down', () => {
    expect(EXCEPTIONS.filter(({ because }) => because.length < 20)).toEqual([]);
  });
});
