import { isMap, isNode, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import type { ContentFault } from './fault.ts';

/** The keys and places in lists that lead to a value. */
export type YamlPath = readonly (string | number)[];

/** A YAML or JSON file that knows where each of its values stands. */
export interface YamlFile {
  readonly file: string;
  /** A fault at the value of that path, or at the nearest thing around it. */
  fault(path: YamlPath, message: string, severity?: ContentFault['severity']): ContentFault;
}

/** The value when the text fits the schema, and every fault when it does not. */
export type ReadYaml<T> = { readonly faults: ContentFault[] } & (
  | { readonly value: T; readonly yaml: YamlFile }
  | { readonly value: undefined }
);

/** Parses YAML (JSON is YAML) and checks it, naming each fault with line and column. */
export function readYaml<T>(file: string, text: string, schema: z.ZodType<T>): ReadYaml<T> {
  const lines = new LineCounter();
  let parsed: Document | undefined;
  const document = (): Document =>
    (parsed ??= parseDocument(text, { lineCounter: lines, prettyErrors: false }));
  const yaml: YamlFile = {
    file,
    fault: (path, message, severity = 'error') => {
      const { line, col } = lines.linePos(offsetOf(document(), path));
      return { file, line: Math.max(line, 1), column: Math.max(col, 1), severity, message };
    },
  };
  // Places cost ten times what the values do, and JSON has them worked out only for a fault.
  const json = parseJson(text);
  if (json === undefined && document().errors.length > 0) {
    const faults = document().errors.map((error): ContentFault => {
      const { line, col } = lines.linePos(error.pos[0]);
      const isTwice = error.code === 'DUPLICATE_KEY';
      const key = /^["']?([^"':]*)/.exec(text.slice(error.pos[0]))?.[1];
      const message = isTwice ? `"${key}" stands twice; keep one of them` : error.message;
      return { file, line, column: col, severity: 'error', message };
    });
    return { faults, value: undefined };
  }
  const result = schema.safeParse(json ?? document().toJS({ maxAliasCount: 100 }), {
    error: ({ input }) => (input === undefined ? 'is missing' : undefined),
  });
  if (result.success) return { faults: [], value: result.data, yaml };
  const faults = result.error.issues.map((issue) => {
    const path = issue.path.filter((part) => typeof part !== 'symbol');
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    const at = unknown === undefined ? path : [...path, unknown];
    const name = at.length > 0 ? `"${at.join('.')}": ` : '';
    return yaml.fault(at, `${name}${issue.message}`);
  });
  return { faults, value: undefined };
}

/** The object that a JSON text holds; undefined for other texts, and where a key stands twice. */
function parseJson(text: string): unknown {
  if (!text.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const keys = [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon);
    return keys.length === countKeys(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce((sum: number, child) => sum + countKeys(child), own);
}

/** The offset of a value; for one that is missing, of the nearest thing around it. */
function offsetOf(document: Document, path: YamlPath): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const offset = offsetAt(document, path.slice(0, length));
    if (offset !== undefined) return offset;
  }
  return 0;
}

function offsetAt(document: Document, path: YamlPath): number | undefined {
  const parent: unknown = document.getIn(path.slice(0, -1), true);
  const key = path.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find(({ key: node }) => isNode(node) && node.toJSON() === key);
    if (pair && isNode(pair.key)) return pair.key.range?.[0];
  }
  const node: unknown = document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}
