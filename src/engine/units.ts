import { isSameUnit, isUcumUnit } from './ucum.ts';

type Json = Readonly<Record<string, unknown>>;

/** One way in which records write a unit. */
export interface UnitSpelling {
  readonly spelling: string;
  /** UCUM code. */
  readonly ucum: string;
}

export const UCUM = 'http://unitsofmeasure.org';
const UCUM_NAMES: ReadonlySet<unknown> = new Set([UCUM, 'urn:oid:2.16.840.1.113883.6.8']);

/**
 * Reads the unit of a FHIR Quantity, however a record writes it, as a UCUM code. What
 * is known here is how FHIR carries units; the spellings are the content's.
 *
 * @see https://hl7.org/fhir/R4/datatypes.html#Quantity
 */
export class Units {
  readonly #spellings: ReadonlyMap<string, string>;

  constructor(spellings: readonly UnitSpelling[] = []) {
    this.#spellings = new Map(spellings.map(({ spelling, ucum }) => [foldUnit(spelling), ucum]));
  }

  /**
   * The quantity as CQL sees it: with the UCUM code of its unit, with neither code nor
   * unit when it has none, and with a unit but no code when its unit is not known or
   * the code contradicts the unit.
   */
  normalize(quantity: Json): Json {
    const { code, system, unit, ...rest } = quantity;
    const [byCode, byText] = [this.#unitOfCode(textOf(code), system), this.#spelt(textOf(unit))];
    const known = byCode ?? byText;
    const contradicts = byCode !== undefined && byText !== undefined && byCode !== byText;
    const printed = textOf(unit) ?? textOf(code);
    const shown = printed === undefined ? rest : { ...rest, unit: printed };
    return known === undefined || contradicts ? shown : { ...shown, system: UCUM, code: known };
  }

  /** A code of another system than UCUM says nothing here; one without a system is a text. */
  #unitOfCode(code: string | undefined, system: unknown): string | undefined {
    if (code === undefined) return undefined;
    if (system === undefined) return this.#spelt(code);
    if (!UCUM_NAMES.has(system)) return undefined;
    const spelt = this.#spelt(code);
    const isUcum = isUcumUnit(code);
    // "F" is the farad of UCUM, whatever people mean by it in a text.
    if (spelt !== undefined && (!isUcum || isSameUnit(code, spelt))) return spelt;
    return isUcum ? code : undefined;
  }

  /** UCUM gives annotations like {score} no meaning of their own: they stand for 1. */
  #spelt(text: string | undefined): string | undefined {
    if (text === undefined) return undefined;
    return /^\{[^{}]*\}$/.test(text) ? '1' : this.#spellings.get(foldUnit(text));
  }
}

/** Texts differ in case and blanks; no two units of the content differ in these only. */
export function foldUnit(spelling: string): string {
  return spelling.trim().replaceAll(/\s+/g, ' ').toLowerCase();
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
