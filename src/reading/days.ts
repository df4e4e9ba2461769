import { isObject, type Resource } from '../fhir/resource.ts';

/** What is written where a day is asked for and nobody knows it: the day on which the clocks of computers begin. */
const BEGINNING_OF_CLOCKS = '1970-01-01';
/** After it in every time zone. */
const CLOCKS_BEGUN = '1970-01-02';
/** Nobody is known to have lived longer; systems write 1900, 1753, 1601 or the year 1 where a day is not known. */
export const MOST_YEARS = 125;

/** The elements that say when, of the types that rules look at. A period has two days. */
const WHEN: Readonly<Record<string, readonly string[]>> = {
  Condition: [
    'onsetDateTime',
    'onsetPeriod',
    'abatementDateTime',
    'abatementPeriod',
    'recordedDate',
  ],
  DiagnosticReport: ['effectiveDateTime', 'effectivePeriod', 'issued'],
  MedicationRequest: ['authoredOn'],
  MedicationStatement: ['effectiveDateTime', 'effectivePeriod', 'dateAsserted'],
  Observation: ['effectiveDateTime', 'effectivePeriod', 'effectiveInstant', 'issued'],
  Procedure: ['performedDateTime', 'performedPeriod'],
  QuestionnaireResponse: ['authored'],
  ServiceRequest: ['occurrenceDateTime', 'occurrencePeriod', 'authoredOn'],
};

/** Tells the days that stand for none in the records of a patient. */
export class Days {
  readonly #earliest: string;

  /**
   * @param birthDate - as FHIR R4 has it; undefined where no age is known
   * @param today - the day at the site, as `2026-03-10`
   */
  constructor(birthDate: string | undefined, today: string) {
    // What is known from before a birth is of the year before.
    this.#earliest =
      birthDate === undefined ? yearsBefore(today, MOST_YEARS) : yearsBefore(birthDate, 1);
  }

  /** Whether a FHIR date, dateTime or instant is none that anything of this patient can have happened on. */
  isNone(written: unknown): boolean {
    if (typeof written !== 'string') return false;
    // Nearly all are later than both, and this is asked of each day of each record.
    if (written >= this.#earliest && written > CLOCKS_BEGUN) return false;
    // A year alone is before a day when it is so as text: '1899' < '1899-12-31'.
    if (written.slice(0, 10) < this.#earliest.slice(0, written.length)) return true;
    return written === BEGINNING_OF_CLOCKS || (written.includes('T') && Date.parse(written) === 0);
  }

  /** The resource without the days that stand for none; the same object where there are none of these. */
  read(resource: Resource): Resource {
    let read: Record<string, unknown> | undefined;
    for (const element of WHEN[resource.resourceType] ?? []) {
      const written = resource[element];
      const kept = isObject(written) ? this.#period(written) : this.#day(written);
      if (kept === written) continue;
      read ??= { ...resource };
      if (kept === undefined) delete read[element];
      else read[element] = kept;
    }
    return (read ?? resource) as Resource;
  }

  #day(written: unknown): unknown {
    return this.isNone(written) ? undefined : written;
  }

  #period(period: Readonly<Record<string, unknown>>): unknown {
    const [start, end] = [this.#day(period['start']), this.#day(period['end'])];
    if (start === period['start'] && end === period['end']) return period;
    if (start === undefined && end === undefined) return undefined;
    return {
      ...(start === undefined ? {} : { start }),
      ...(end === undefined ? {} : { end }),
    };
  }
}

/** The first day of so many years before, of a FHIR date of any precision. */
export function yearsBefore(day: string, years: number): string {
  const year = String(Number(day.slice(0, 4)) - years).padStart(4, '0');
  return `${year}${day.slice(4)}`;
}
