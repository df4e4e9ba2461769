import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { SaxesParser } from 'saxes';

/** How one element of a FHIR type is typed, after the model info's specifiers. */
export type ElementType =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'list'; readonly of: ElementType }
  | { readonly kind: 'choice'; readonly of: readonly string[] };

export interface FhirType {
  /** Qualified: `FHIR.Condition`, `System.String`. */
  readonly name: string;
  readonly base: string | undefined;
  readonly elements: ReadonlyMap<string, ElementType>;
  readonly primaryCodePath: string | undefined;
  readonly retrievable: boolean;
}

export interface Conversion {
  readonly functionName: string;
  readonly from: string;
  readonly to: string;
}

/**
 * The FHIR 4.0.1 model as CQL sees it: types, their elements, and the implicit
 * conversions that FHIRHelpers has to provide.
 *
 * @see https://cql.hl7.org/07-physicalrepresentation.html#data-model
 */
export interface ModelInfo {
  readonly xml: string;
  readonly types: ReadonlyMap<string, FhirType>;
  readonly conversions: readonly Conversion[];
}

/** Reads the FHIR 4.0.1 model info that cql-exec-fhir ships; done once, at start. */
export function readModelInfo(): ModelInfo {
  const path = createRequire(import.meta.url).resolve(
    'cql-exec-fhir/lib/modelInfos/fhir-modelinfo-4.0.1.xml',
  );
  return parseModelInfo(readFileSync(path, 'utf8'));
}

interface OpenType {
  name: string;
  base: string | undefined;
  elements: Map<string, ElementType>;
  primaryCodePath: string | undefined;
  retrievable: boolean;
}

/** Parses model info XML into lookup tables. Throws the parser's error on malformed XML. */
export function parseModelInfo(xml: string): ModelInfo {
  const types = new Map<string, FhirType>();
  const conversions: Conversion[] = [];
  const parser = new SaxesParser();
  let type: OpenType | undefined;
  let element: { name: string; isList: boolean; choices: string[] } | undefined;

  parser.on('opentag', ({ name: tag, attributes: a }) => {
    if (tag === 'typeInfo') {
      type = {
        name: `${a['namespace'] ?? 'FHIR'}.${a['name'] ?? ''}`,
        base: a['baseType'],
        elements: new Map(),
        primaryCodePath: a['primaryCodePath'],
        retrievable: a['retrievable'] === 'true',
      };
    } else if (tag === 'element' && type) {
      element = { name: a['name'] ?? '', isList: false, choices: [] };
      const named = a['elementType'];
      if (named) type.elements.set(element.name, { kind: 'named', name: named });
    } else if (tag === 'elementTypeSpecifier' && element && type) {
      if (a['xsi:type'] === 'ListTypeSpecifier' && a['elementType']) {
        const of: ElementType = { kind: 'named', name: a['elementType'] };
        type.elements.set(element.name, { kind: 'list', of });
      }
      element.isList = a['xsi:type'] === 'ListTypeSpecifier';
    } else if (tag === 'choice' && element) {
      element.choices.push(`${a['namespace'] ?? 'FHIR'}.${a['name'] ?? ''}`);
    } else if (tag === 'conversionInfo') {
      conversions.push({
        functionName: a['functionName'] ?? '',
        from: a['fromType'] ?? '',
        to: a['toType'] ?? '',
      });
    }
  });
  parser.on('closetag', ({ name: tag }) => {
    if (tag === 'element' && element && type) {
      if (element.choices.length > 0) {
        const choice: ElementType = { kind: 'choice', of: element.choices };
        type.elements.set(element.name, element.isList ? { kind: 'list', of: choice } : choice);
      }
      element = undefined;
    } else if (tag === 'typeInfo' && type) {
      types.set(type.name, type);
      type = undefined;
    }
  });
  parser.write(xml).close();
  return { xml, types, conversions };
}

/** The type and its ancestors, nearest first. */
export function typeLineage(model: ModelInfo, name: string): FhirType[] {
  const lineage: FhirType[] = [];
  for (
    let type = model.types.get(name);
    type;
    type = type.base === undefined ? undefined : model.types.get(type.base)
  ) {
    lineage.push(type);
  }
  return lineage;
}
