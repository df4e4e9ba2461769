import cql from 'cql-execution';
import type { IndexedValueSet } from '../code-service.ts';
import type { ElmNode } from '../../elm/elm-tree.ts';
import {
  isMissing,
  type Code,
  type CqlObject,
  type NodeCompilers,
  type Body,
  type Running,
} from '../code.ts';

/** What is held against value sets and codes, and what is read from the record. */
export const TERMINOLOGY: NodeCompilers = {
  Retrieve(node, body) {
    const type = (node['templateId'] ?? node.dataType ?? '') as string; // both are texts in ELM
    const resourceType = (node.dataType ?? type).replace(/^.*[/}]/, '');
    if (node.codes === undefined || node.codes === null)
      return (run) => run.record.ofType(resourceType);
    const codes = body.code(node.codes);
    const path = node.codeProperty ?? '';
    return (run, at) => {
      const wanted = codes(run, at);
      if (isMissing(wanted)) return [];
      if (!Array.isArray(wanted)) {
        return run.record.inValueSet(
          resourceType,
          path,
          run.valueSet((wanted as CqlObject)['id'] as string),
        );
      }
      return run.record
        .ofType(resourceType)
        .filter((resource) => wanted.some((code) => matches(code, resource.getCode(path))));
    };
  },
  ValueSetRef(node, body) {
    const declared = body.declaration(node, 'valueSets');
    if (!declared) return () => undefined;
    const valueSet = new cql.CQLValueSet(declared.id, declared.version, declared.name);
    return () => valueSet;
  },
  InValueSet(node, body) {
    const code = body.code(node.code);
    const valueSet = givenValueSet(node, body);
    return (run, at) => {
      const value = code(run, at);
      return !isMissing(value) && valueSet(run, at).hasMatch(value);
    };
  },
  AnyInValueSet(node, body) {
    const codes = body.code(node.codes);
    const valueSet = givenValueSet(node, body);
    return (run, at) => {
      const values = codes(run, at) as unknown[] | null | undefined; // typed by the translator
      if (isMissing(values)) return false;
      const set = valueSet(run, at);
      return values.some((value) => set.hasMatch(value));
    };
  },
  CodeSystemRef(node, body) {
    const declared = body.declaration(node, 'codeSystems');
    const system = new cql.CodeSystem(declared?.id ?? '', declared?.version, declared?.name);
    return () => system;
  },
  CodeRef(node, body) {
    const code = body.codeNamed(node);
    return () => code;
  },
};

/** The value set that a test names, or computes. */
function givenValueSet(
  node: ElmNode,
  body: Body,
): (run: Running, at: unknown[]) => IndexedValueSet {
  const { valueset } = node;
  const reference: Code = valueset
    ? body.code({ ...valueset, type: 'ValueSetRef' })
    : body.code(node['valuesetExpression'] as ElmNode | undefined);
  return (run, at) => {
    const value = reference(run, at) as CqlObject | null | undefined;
    if (!value?.isValueSet) throw new TypeError('A value set was expected, and there is none');
    return run.valueSet(String(value['id']));
  };
}

function matches(code: unknown, coded: unknown): boolean {
  return (code as { hasMatch(other: unknown): boolean }).hasMatch(coded);
}
