import type { Coding } from '../engine/codes.ts';
import { inUnit } from '../engine/ucum.ts';
import { UCUM } from '../engine/units.ts';
import type { MeasuredRange } from '../reading/known.ts';
import {
  aboutNumbers,
  limitExtension,
  type ItemExtension,
  type QuestionnaireItem,
} from '../reading/questionnaire.ts';
import type { Objection } from './check-numbers.ts';
import { RANGES_FILE } from './reading-tables.ts';

/** The ranges of what a code asks for. */
export type RangesOf = (code: Coding) => readonly MeasuredRange[];

/** The unit of plain numbers. */
const ONE = '1';

/** What keeps a question from taking its limits from the ranges of what it asks for. */
export function objectionsToLimits(item: QuestionnaireItem, rangesOf: RangesOf): Objection[] {
  const { extension = [], type } = item;
  const ranges = rangesFor(item, rangesOf);
  if (ranges.length === 0) return [];
  return extension.flatMap((one, i) => {
    const said = aboutNumbers(one);
    if (said?.says === 'min' || said?.says === 'max') {
      const message = `What this question takes stands in ${RANGES_FILE}; leave the limit out here`;
      return [{ at: ['extension', i, 'url'], message }];
    }
    if (type !== 'quantity' || said?.unit === undefined) return [];
    if (rangeIn(said.unit, ranges) !== undefined) return [];
    const units = ranges.map(({ unit }) => unit).join(', ');
    const message = `${RANGES_FILE} has the range of this in ${units}, which cannot be turned into ${said.unit}`;
    return [{ at: ['extension', i, 'valueCoding', 'code'], message }];
  });
}

/** The items, with the limits that the ranges set in each unit that a question offers. */
export function withLimits(
  items: readonly QuestionnaireItem[],
  rangesOf: RangesOf,
): QuestionnaireItem[] {
  return items.map((item) => {
    const inside = item.item ? { item: withLimits(item.item, rangesOf) } : {};
    const limits = limitsFor(item, rangesFor(item, rangesOf));
    const own = limits.length > 0 ? { extension: [...(item.extension ?? []), ...limits] } : {};
    return { ...item, ...own, ...inside };
  });
}

function rangesFor({ type, code = [] }: QuestionnaireItem, rangesOf: RangesOf): MeasuredRange[] {
  const ranges = code.flatMap((coding) => rangesOf(coding));
  if (type === 'quantity') return ranges;
  return type === 'integer' ? ranges.filter(({ unit }) => unit === ONE) : [];
}

function limitsFor(
  { type, extension = [] }: QuestionnaireItem,
  ranges: readonly MeasuredRange[],
): ItemExtension[] {
  const units = extension.flatMap(({ valueCoding, ...one }) => {
    const isUnit = aboutNumbers({ ...one, valueCoding })?.says === 'unit';
    return isUnit && valueCoding ? [valueCoding] : [];
  });
  if (type === 'integer') {
    const { min, max } = rangeIn(ONE, ranges) ?? {};
    return [...limit('min', up(min, 0)), ...limit('max', down(max, 0))];
  }
  return units.flatMap((unit) => {
    const { min, max } = rangeIn(unit.code, ranges) ?? {};
    return [...limit('min', up(min, PLACES), unit), ...limit('max', down(max, PLACES), unit)];
  });
}

function limit(
  end: 'min' | 'max',
  value: number | undefined,
  unit?: Coding & { readonly display?: string | undefined },
): ItemExtension[] {
  if (value === undefined) return [];
  const quantity = unit && {
    value,
    unit: unit.display ?? unit.code,
    system: UCUM,
    code: unit.code,
  };
  return [limitExtension(end, quantity ?? value)];
}

/** What all of the ranges allow, in a unit; undefined when none of them can be turned into it. */
function rangeIn(unit: string, ranges: readonly MeasuredRange[]) {
  const turned = ranges.flatMap((range) => {
    const [min, max] = [inUnit(range.min, range.unit, unit), inUnit(range.max, range.unit, unit)];
    return min === undefined || max === undefined ? [] : [{ min, max }];
  });
  if (turned.length === 0) return undefined;
  return {
    min: Math.max(...turned.map(({ min }) => min)),
    max: Math.min(...turned.map(({ max }) => max)),
  };
}

/** Forms take numbers with so many places, and nothing that would be out of range once it is read. */
const PLACES = 2;

function up(value: number | undefined, places: number): number | undefined {
  return value === undefined ? undefined : -(down(-value, places) ?? 0) + 0;
}

/** Less the noise of the conversion: 113.00000000000001 is 113. */
function down(value: number | undefined, places: number): number | undefined {
  if (value === undefined) return undefined;
  const factor = 10 ** places;
  return Math.floor(Number((value * factor).toPrecision(12))) / factor;
}
