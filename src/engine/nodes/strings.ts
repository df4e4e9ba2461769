import type { ElmNode } from '../../elm/elm-tree.ts';
import {
  isMissing,
  binaryOfKnown,
  unaryOfKnown,
  type NodeCompiler,
  type NodeCompilers,
} from '../code.ts';

/** Texts. */
export const STRINGS: NodeCompilers = {
  Concatenate(node, body) {
    const [left, right] = body.two(node);
    return (run, at) => {
      const one = left(run, at);
      const other = right(run, at);
      const isKnown = !isMissing(one) && !isMissing(other);
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
      if (isMissing(list)) return null;
      const known = (list as (string | null)[]).filter((item) => !isMissing(item));
      return known.length === 0 ? null : known.join(by);
    };
  },
  Lower: ofText((text) => text.toLowerCase()),
  Upper: ofText((text) => text.toUpperCase()),
  Matches: ofTexts((text, pattern) => anchored(pattern).test(text)),
  StartsWith: ofTexts((text, start) => text.startsWith(start)),
  EndsWith: ofTexts((text, end) => text.endsWith(end)),
  PositionOf: position((text, part) => text.indexOf(part)),
  LastPositionOf: position((text, part) => text.lastIndexOf(part)),
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
      if (isMissing(whole) || isMissing(from)) return null;
      if (from < 0 || from >= whole.length) return null;
      return whole.slice(from, isMissing(count) ? undefined : from + Math.max(count, 0));
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

function position(find: (text: string, part: string) => number): NodeCompiler {
  return (node, body) => {
    const [pattern, whole] = ['pattern', 'string'].map((name) => body.code(node[name] as ElmNode));
    return (run, at) => {
      const [part, text] = [pattern?.(run, at), whole?.(run, at)];
      return isMissing(part) || isMissing(text) ? null : find(text as string, part as string);
    };
  };
}

const patterns = new Map<string, RegExp>();
const MOST_PATTERNS = 1000;

/** The pattern as cql-execution reads it: anchored at both ends. */
function anchored(pattern: string): RegExp {
  let whole = patterns.get(pattern);
  if (!whole) {
    if (patterns.size >= MOST_PATTERNS) patterns.clear();
    whole = new RegExp(`^${pattern}$`);
    patterns.set(pattern, whole);
  }
  return whole;
}
