import type { ModelInfo } from './model-info.ts';

/**
 * Writes the FHIRHelpers 4.0.1 library from the model info's conversions, so that
 * the functions the translator calls implicitly are exactly those the model names.
 *
 * @see https://cql.hl7.org/07-physicalrepresentation.html#data-model
 */
export function writeFhirHelpers(model: ModelInfo): string {
  const functions = model.conversions
    .filter((conversion) => conversion.functionName.startsWith('FHIRHelpers.'))
    .map(({ functionName, from }) => {
      const name = functionName.slice('FHIRHelpers.'.length);
      const body = BODIES[`${name}(${from})`] ?? BODIES[name] ?? 'value.value';
      return `define function ${name}(value ${quoteType(from)}): ${body}`;
    });
  return [
    "library FHIRHelpers version '4.0.1'",
    "using FHIR version '4.0.1'",
    'context Patient',
    ...functions,
    '',
  ].join('\n');
}

function quoteType(name: string): string {
  return name
    .split('.')
    .map((part) =>
      /^[A-Za-z][A-Za-z0-9]*$/.test(part) && !RESERVED.has(part) ? part : `"${part}"`,
    )
    .join('.');
}

// Type names of FHIR that are keywords of CQL.
const RESERVED = new Set(['date', 'time', 'code', 'List', 'Code']);

/**
 * A quantity with a comparator ("<5") is not the number it shows: it is unknown. So is
 * one whose unit is not known: `Units` has left it without a code. No unit is '1'.
 */
const TO_QUANTITY = `if value is null or value.value is null or value.comparator is not null then null
    else if value.code is null and value.unit is not null then null
    else System.Quantity { value: value.value.value, unit: Coalesce(value.code.value, '1') }`;

const BODIES: Readonly<Record<string, string>> = {
  ToCode: `if value is null then null
    else System.Code {
      code: value.code.value,
      system: value.system.value,
      version: value.version.value,
      display: value.display.value
    }`,
  ToConcept: `if value is null then null
    else System.Concept {
      codes: value.coding C return ToCode(C),
      display: value.text.value
    }`,
  ToQuantity: TO_QUANTITY,
  'ToInterval(FHIR.Period)': `if value is null then null
    else if value."start".value is null and value."end".value is null then null
    else Interval[value."start".value, value."end".value]`,
  'ToInterval(FHIR.Range)': `if value is null then null
    else Interval[ToQuantity(value.low), ToQuantity(value.high)]`,
  ToRatio: `if value is null then null
    else System.Ratio { numerator: ToQuantity(value.numerator), denominator: ToQuantity(value.denominator) }`,
};
