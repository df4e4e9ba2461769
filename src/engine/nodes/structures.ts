import cql from 'cql-execution';
import { listOf, type ElmNode } from '../../elm/elm-tree.ts';
import { isMissing, type NodeCompilers } from '../code.ts';
import { FhirObject } from '../fhir-object.ts';

const SYSTEM = '{urn:hl7-org:elm-types:r1}';

/** Literals, tuples and instances, and the elements of whatever has any. */
export const STRUCTURES: NodeCompilers = {
  Literal({ value, ['valueType']: type }) {
    const constant = literal(value, String(type));
    return () => constant;
  },
  Property(node, body) {
    const { path = '', scope } = node;
    const parts = path.split('.');
    if (scope !== undefined) {
      const place = body.placeOf(scope);
      if (place === undefined) return () => null;
      return (_run, at) => elementOf(at[place], path, parts);
    }
    const source = body.code(node.source as ElmNode); // a property's source is one node
    return (run, at) => elementOf(source(run, at), path, parts);
  },
  Tuple(node, body) {
    const elements = listOf(node.element).map((element) => ({
      name: element.name ?? '',
      value: body.code(element.value as ElmNode | undefined),
    }));
    return (run, at) => {
      const tuple: Record<string, unknown> = {};
      for (const { name, value } of elements) tuple[name] = value(run, at);
      return tuple;
    };
  },
  Instance(node, body) {
    const elements = listOf(node.element).map((element) => ({
      name: element.name ?? '',
      value: body.code(element.value as ElmNode | undefined),
    }));
    const make = MAKERS[String(node['classType']).replace(SYSTEM, '')];
    return (run, at) => {
      const object: Record<string, unknown> = {};
      for (const { name, value } of elements) object[name] = value(run, at);
      return make ? make(object) : object;
    };
  },
};

type Elements = Readonly<Record<string, unknown>>;

const MAKERS: Readonly<Record<string, (object: Elements) => unknown>> = {
  Quantity: ({ value, unit }) => new cql.Quantity(value, unit),
  Code: ({ code, system, version, display }) =>
    new cql.Code(code as string, system as string, version as string, display as string),
  Concept: ({ codes, display }) => new cql.Concept(codes as never[], display as string),
};

function literal(value: unknown, type: string): unknown {
  switch (type.replace(SYSTEM, '')) {
    case 'Boolean':
      return value === 'true';
    case 'Integer':
      return Number.parseInt(String(value), 10);
    case 'Decimal':
      return Number.parseFloat(String(value));
    case 'String':
      return String(value)
        .replaceAll(String.raw`\'`, "'")
        .replaceAll(String.raw`\"`, '"');
    default:
      return value;
  }
}

/** An element by its path, of a resource, a tuple or one of cql-execution's own values. */
function elementOf(holder: unknown, path: string, parts: readonly string[]): unknown {
  if (isMissing(holder)) return null;
  if (holder instanceof FhirObject) return holder.get(path) ?? null;
  let value = own(holder, path);
  if (isMissing(value)) {
    value = holder;
    for (const part of parts) {
      const next = own(value, part);
      value = typeof next === 'function' ? (next.call(value) as unknown) : next;
    }
  }
  return typeof value === 'function' ? (value.call(holder) as unknown) : (value ?? null);
}

function own(holder: unknown, name: string): unknown {
  if (isMissing(holder)) return undefined;
  const object = holder as Elements & { get?: unknown }; // anything has properties to look for
  const value = object[name];
  return value === undefined && typeof object.get === 'function'
    ? (object.get(name) as unknown)
    : value;
}
