import { category, date, id, period, reason, side, status, value, words } from './parts.ts';
import type { Elements, Part } from './parts.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What an entry of one kind stands for. */
export interface Kind {
  /** What stands there unless a part says otherwise. */
  readonly defaults: Elements & { readonly resourceType: string };
  /** The element that the first part names by code; undefined where there is none. */
  readonly what?: 'code' | 'medicationCodeableConcept';
  readonly parts: readonly Part[];
}

const SYSTEMS = 'http://terminology.hl7.org/CodeSystem';
const concept = (system: string, code: string): Elements => ({
  coding: [{ system: `${SYSTEMS}/${system}`, code }],
});
const clinical = (code: string): Elements => ({
  clinicalStatus: concept('condition-clinical', code),
});
const verification = (code: string): Elements => ({
  verificationStatus: concept('condition-ver-status', code),
});
const listed = (code: string): Elements => ({ category: [concept('condition-category', code)] });
const each = (codes: readonly string[], meaning: (code: string) => Elements) =>
  Object.fromEntries(codes.map((code) => [code, meaning(code)]));

/** The kinds of entry, by the word before the colon. The words of statuses are those of FHIR R4. */
export const KINDS = {
  patient: {
    defaults: { resourceType: 'Patient' },
    parts: [
      words(
        'the sex',
        each(['female', 'male', 'other', 'unknown'], (gender) => ({ gender })),
      ),
      {
        says: 'the birth date',
        forms: () => ['45 years old', '10 days old'],
        read: (said) => {
          const [, age] = /^(\d+ (?:day|week|month|year)s?) old$/.exec(said) ?? [];
          return age === undefined ? undefined : { value: { birthDate: `today - ${age}` } };
        },
      },
      date('the birth date', 'birthDate', 'born'),
      id,
    ],
  },
  finding: {
    defaults: { resourceType: 'Observation', status: 'final' },
    what: 'code',
    parts: [
      value,
      side((site) => site),
      date('the date', 'effectiveDateTime'),
      period('the date', 'effectivePeriod'),
      date('the date of issue', 'issued', 'issued'),
      status(
        'registered',
        'preliminary',
        'final',
        'amended',
        'corrected',
        'cancelled',
        'entered-in-error',
        'unknown',
      ),
      category(
        `${SYSTEMS}/observation-category`,
        'vital-signs',
        'laboratory',
        'exam',
        'survey',
        'imaging',
        'procedure',
        'social-history',
        'therapy',
        'activity',
      ),
      id,
    ],
  },
  condition: {
    defaults: {
      resourceType: 'Condition',
      ...clinical('active'),
      ...verification('confirmed'),
      ...listed('problem-list-item'),
    },
    what: 'code',
    parts: [
      date('the onset', 'onsetDateTime', 'onset'),
      date('the day of recording', 'recordedDate', 'recorded'),
      date('the end', 'abatementDateTime', 'ended'),
      words('the clinical status', {
        ...each(['active', 'recurrence', 'relapse', 'inactive', 'remission', 'resolved'], clinical),
        'without clinical status': { clinicalStatus: undefined },
      }),
      words('the verification', {
        ...each(
          [
            'unconfirmed',
            'provisional',
            'differential',
            'confirmed',
            'refuted',
            'entered-in-error',
          ],
          verification,
        ),
        'without verification': { verificationStatus: undefined },
      }),
      words('the category', {
        'of the problem list': listed('problem-list-item'),
        'of an encounter': listed('encounter-diagnosis'),
        'without category': { category: undefined },
      }),
      side((site) => [site]),
      id,
    ],
  },
  prescription: {
    defaults: { resourceType: 'MedicationRequest', status: 'active', intent: 'order' },
    what: 'medicationCodeableConcept',
    parts: [
      date('the date', 'authoredOn'),
      status(
        'active',
        'on-hold',
        'cancelled',
        'completed',
        'entered-in-error',
        'stopped',
        'draft',
        'unknown',
      ),
      reason,
      id,
    ],
  },
  medicine: {
    defaults: { resourceType: 'MedicationStatement', status: 'active' },
    what: 'medicationCodeableConcept',
    parts: [
      date('the date', 'effectiveDateTime'),
      period('the date', 'effectivePeriod'),
      status(
        'active',
        'completed',
        'entered-in-error',
        'intended',
        'stopped',
        'on-hold',
        'unknown',
        'not-taken',
      ),
      reason,
      id,
    ],
  },
  order: {
    defaults: { resourceType: 'ServiceRequest', status: 'draft', intent: 'order' },
    what: 'code',
    parts: [
      date('the date', 'occurrenceDateTime'),
      period('the date', 'occurrencePeriod'),
      date('the day of writing', 'authoredOn', 'written'),
      status('draft', 'active', 'on-hold', 'revoked', 'completed', 'entered-in-error', 'unknown'),
      words(
        'the priority',
        each(['routine', 'urgent', 'asap', 'stat'], (priority) => ({ priority })),
      ),
      side((site) => [site]),
      reason,
      id,
    ],
  },
  procedure: {
    defaults: { resourceType: 'Procedure', status: 'completed' },
    what: 'code',
    parts: [
      date('the date', 'performedDateTime'),
      period('the date', 'performedPeriod'),
      status(
        'preparation',
        'in-progress',
        'not-done',
        'on-hold',
        'stopped',
        'completed',
        'entered-in-error',
        'unknown',
      ),
      side((site) => [site]),
      reason,
      id,
    ],
  },
  report: {
    defaults: { resourceType: 'DiagnosticReport', status: 'final' },
    what: 'code',
    parts: [
      date('the date', 'effectiveDateTime'),
      period('the date', 'effectivePeriod'),
      date('the date of issue', 'issued', 'issued'),
      status(
        'registered',
        'partial',
        'preliminary',
        'final',
        'amended',
        'corrected',
        'appended',
        'cancelled',
        'entered-in-error',
        'unknown',
      ),
      category(`${SYSTEMS}/v2-0074`, 'RAD', 'LAB'),
      id,
    ],
  },
} as const satisfies Readonly<Record<string, Kind>>;

export type KindName = keyof typeof KINDS;
export const KIND_NAMES = Object.keys(KINDS) as readonly KindName[]; // what the table has

/** What an entry of a kind may say after what it is about, with how that is written; for people. */
export function describeParts({ parts }: Kind, vocabulary: Vocabulary | undefined): string {
  return [...Map.groupBy(parts, ({ says }) => says)]
    .map(([says, all]) => `${says} (${all.flatMap((part) => part.forms(vocabulary)).join(', ')})`)
    .join('; ');
}
