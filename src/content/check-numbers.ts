import type { Coding } from '../engine/codes.ts';
import { isUcumUnit } from '../engine/ucum.ts';
import { UCUM } from '../engine/units.ts';
import {
  aboutNumbers,
  limitsOf,
  unitsOf,
  type QuestionnaireItem,
} from '../reading/questionnaire.ts';
import type { YamlPath } from './yaml-file.ts';

/** What is wrong within an item, and where. */
export interface Objection {
  readonly at: YamlPath;
  readonly message: string;
}

/** What is wrong with the units and limits of a question about a number. */
export function objectionsToNumbers(item: QuestionnaireItem): Objection[] {
  const { type, extension = [] } = item;
  const units = unitsOf(item);
  const missing = {
    at: ['type'],
    message:
      'A quantity needs its unit: the extension questionnaire-unitOption with a valueCoding of UCUM, once for each unit that may be chosen',
  };
  return [
    ...(type === 'quantity' && units.length === 0 ? [missing] : []),
    ...extension.flatMap((_one, i) => {
      const message = objectionTo(item, i);
      return message === undefined ? [] : [{ at: ['extension', i, 'url'], message }];
    }),
  ];
}

function objectionTo(item: QuestionnaireItem, index: number): string | undefined {
  const { type, extension = [] } = item;
  const said = extension.map(aboutNumbers);
  const [one, coding] = [said[index], extension[index]?.valueCoding];
  if (one === undefined) return undefined;
  if (one.of !== type) {
    return `A question of the type ${type} has no such extension: integers have minValue and maxValue; quantities have questionnaire-unitOption, and minQuantity and maxQuantity of SDC`;
  }
  const { says, number, unit } = one;
  if (said.findIndex((other) => other?.says === says && other.unit === unit) !== index) {
    return 'This is said twice';
  }
  if (says === 'unit') return objectionToUnit(coding);
  if (number === undefined) {
    return `The limit needs ${type === 'integer' ? 'valueInteger' : 'valueQuantity'}`;
  }
  if (unit !== undefined && !unitsOf(item).includes(unit)) {
    return `The limit is in ${unit}, which is no unit of this question`;
  }
  const { min, max } = limitsOf(item, unit);
  return says === 'max' && min > max
    ? `The greatest number, ${max}, is below the least, ${min}`
    : undefined;
}

function objectionToUnit(unit: Coding | undefined): string | undefined {
  if (unit === undefined) return 'The unit needs valueCoding';
  if (unit.system !== UCUM) {
    return `The unit must be of the system ${UCUM}, not of ${unit.system}`;
  }
  return isUcumUnit(unit.code)
    ? undefined
    : `"${unit.code}" is not a UCUM unit; see https://ucum.org/ucum`;
}
