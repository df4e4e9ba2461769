import { listOf } from '../../elm/elm-tree.ts';
import {
  isMissing,
  type Code,
  type CqlObject,
  type NodeCompiler,
  type NodeCompilers,
  type Running,
  type FunctionCode,
} from '../code.ts';
import { FhirObject } from '../fhir-object.ts';

const ofPlace: NodeCompiler = ({ name = '' }, body) => {
  const place = body.placeOf(name);
  return place === undefined ? () => undefined : (_run, at) => at[place];
};

/** What names something: a define, a function, a parameter, or a value in force. */
export const REFERENCES: NodeCompilers = {
  AliasRef: ofPlace,
  QueryLetRef: ofPlace,
  OperandRef: ofPlace,
  ExpressionRef(node, body) {
    const define = body.defineNamed(node);
    if (define === undefined) throw new TypeError('A reference names no define');
    return (run) => run.define(define);
  },
  FunctionRef(node, body) {
    const operands = body.codes(listOf(node.operand));
    const candidates = body.functionsNamed(node, operands.length);
    const [only, another] = candidates;
    if (!only) throw new TypeError('A call names no function');
    if (another) return overloaded(candidates, operands);
    const { index } = only;
    const [first, second] = operands;
    if (first && !second) return (run, at) => run.call(index, [first(run, at)]);
    return (run, at) =>
      run.call(
        index,
        operands.map((operand) => operand(run, at)),
      );
  },
  ParameterRef(node, body) {
    const parameter = body.parameterNamed(node);
    const { name = '' } = node;
    return (run) => run.parameter(name, parameter);
  },
  /** A name inside `sort by`: an element of what is sorted, else whatever has it around. */
  IdentifierRef({ name = '' }, body) {
    const row = body.placeOf('$this');
    const around = body.placeOf(name);
    const parts = name.split('.');
    return (_run, at) => {
      const found = (one: string, place: number | undefined): unknown => {
        const own = row === undefined ? undefined : elementOf(at[row], one);
        return own === undefined && place !== undefined ? at[place] : own;
      };
      const value = found(name, around);
      if (!isMissing(value)) return value;
      if (parts.length < 2) return value;
      let inner = found(parts[0] ?? '', undefined);
      for (const part of parts.slice(1)) inner = elementOf(inner, part);
      return inner;
    };
  },
};

function elementOf(holder: unknown, name: string): unknown {
  if (isMissing(holder)) return undefined;
  if (holder instanceof FhirObject) return holder.get(name);
  const value = (holder as CqlObject)[name];
  return typeof value === 'function' ? (value.call(holder) as unknown) : value;
}

/**
 * Of several functions with one name, the last whose operands take the values is meant,
 * as in cql-execution. Which one a resource's type leads to is found once.
 */
function overloaded(candidates: readonly FunctionCode[], operands: readonly Code[]): Code {
  const byType = new Map<string, number>();
  const choose = (values: readonly unknown[]): number => {
    const fitting = candidates.findLast(({ takes }) =>
      values.every((value, i) => value === null || takes[i]?.(value)),
    );
    if (!fitting) throw new TypeError('No function of that name takes values of these types');
    return fitting.index;
  };
  const chosen = (values: readonly unknown[]): number => {
    const [only] = values;
    if (values.length !== 1 || !(only instanceof FhirObject)) return choose(values);
    let index = byType.get(only.typeName);
    if (index === undefined) byType.set(only.typeName, (index = choose(values)));
    return index;
  };
  return (run: Running, at) => {
    const values = operands.map((operand) => operand(run, at));
    return run.call(chosen(values), values);
  };
}
