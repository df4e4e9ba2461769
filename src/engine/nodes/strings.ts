import type { ElmNode } from '../../elm/elm-tree.ts';
import { binaryOfKnown, unaryOfKnown, type NodeCompiler, type NodeCompilers } from '../code.ts';

/** Texts. */
export const STRINGS: NodeCompilers = {
  Concatenate(node, body) {
    const [left, right] = body.two(node);
    return (run, at) => {
      const one = left(run, at);
      const other = right(run, at);
      const isKnown = one !== null && one !== undefined && other !== null && other !== undefined;
      return isKnown ? (one as string) + (other as string) : null;
    };
  },
  Combine(node, body) {
    const source = body.code(node['source'] as ElmNode);
    const between = node['separator'] as ElmNode | undefined;
    const separator = between === undefined ? () => '' : body.code(between);
    return (run, at) => {
      const list = source(run, at);
      const by = separator(run, at) as string;
      if (list === null || list === undefined) return null;
      const known = (list as (string | null)[]).filter(
        (item) => item !== null && item !== undefined,
      );
      return known.length === 0 ? null : known.join(by);
    };
  },
  Lower: ofText((text) => text.toLowerCase()),
  Upper: ofText((text) => text.toUpperCase()),
  Matches: ofTexts((text, pattern) => wholeOf(pattern).test(text)),
  StartsWith: ofTexts((text, start) => text.startsWith(start)),
  EndsWith: ofTexts((text, end) => text.endsWith(end)),
  PositionOf(node, body) {
    const [pattern, text] = ['pattern', 'string'].map((name) => body.code(node[name] as ElmNode));
    return (run, at) => {
      const [part, whole] = [pattern?.(run, at), text?.(run, at)];
      const isKnown = part !== null && part !== undefined && whole !== null && whole !== undefined;
      return isKnown ? (whole as string).indexOf(part as string) : null;
    };
  },
  Split(node, body) {
    const text = body.code(node['stringToSplit'] as ElmNode);
    const separator = body.code(node['separator'] as ElmNode | undefined);
    return (run, at) => {
      const [whole, by] = [text(run, at), separator(run, at)] as (string | null)[];
      if (!whole) return null;
      return by ? whole.split(by) : [whole];
    };
  },
  Substring(node, body) {
    const text = body.code(node['stringToSub'] as ElmNode);
    const start = body.code(node['startIndex'] as ElmNode);
    const length = body.code(node['length'] as ElmNode | undefined);
    return (run, at) => {
      const whole = text(run, at) as string | null | undefined;
      const from = start(run, at) as number | null | undefined;
      const count = length(run, at) as number | null | undefined;
      if (whole === null || whole === undefined || from === null || from === undefined) return null;
      if (from < 0 || from >= whole.length) return null;
      return whole.slice(
        from,
        count === null || count === undefined ? undefined : from + Math.max(count, 0),
      );
    };
  },
};

/** The translator lets only texts come here. */
function ofText(apply: (text: string) => unknown): NodeCompiler {
  return unaryOfKnown((text) => apply(text as unknown as string));
}

function ofTexts(apply: (one: string, other: string) => unknown): NodeCompiler {
  return binaryOfKnown((one, other) => apply(one as unknown as string, other as unknown as string));
}

const patterns = new Map<string, RegExp>();
const MOST_PATTERNS = 1000;

/** The pattern as cql-execution reads it: anchored at both ends. */
function wholeOf(pattern: string): RegExp {
  let whole = patterns.get(pattern);
  if (!whole) {
    if (patterns.size >= MOST_PATTERNS) patterns.clear();
    whole = new RegExp(`^${pattern}$`);
    patterns.set(pattern, whole);
  }
  return whole;
}
