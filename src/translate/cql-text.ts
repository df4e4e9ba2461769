/**
 * CQL texts as they stand, before anything is compiled: what they declare, and what each
 * declaration mentions. Read by names alone, so that it holds for faulty texts too.
 */

/** A define, function, parameter, include or term that a library declares. */
export interface Declaration {
  /** What the library itself calls it; for an include the name after `called`. */
  readonly name: string;
  /** The library that an include stands for. */
  readonly includes?: string;
  readonly isFunction: boolean;
  /** Where it begins; both count from 1. */
  readonly line: number;
  readonly column: number;
  /** Names in it: `Duration."Findings Since"` is one of two parts. */
  readonly mentions: readonly (readonly string[])[];
}

const NAME = String.raw`(?:"(?:\\.|[^"\\\n])*"|[A-Za-z_]\w*)`;
const LIBRARY = new RegExp(String.raw`^\s*library\s+(${NAME})`, 'm');
const DECLARATION = new RegExp(
  String.raw`^[ \t]*(define|parameter|valueset|codesystem|code|concept|include)\s+` +
    String.raw`(?:(?:public|private)\s+)?(?:fluent\s+)?(function\s+)?(${NAME})`,
  'gm',
);
const INCLUDE = new RegExp(String.raw`^[ \t]*include\s+(${NAME})`, 'gm');
const CALLED = new RegExp(String.raw`\bcalled\s+(${NAME})`);
const MENTION = new RegExp(String.raw`${NAME}(?:\s*\.\s*${NAME})*`, 'g');

/** The name a CQL text declares: `library CaudaEquina version '1'` is `CaudaEquina`. */
export function libraryName(text: string): string | undefined {
  const name = LIBRARY.exec(blank(text))?.[1];
  return name === undefined ? undefined : unquote(name);
}

/** The libraries that a CQL text includes. */
export function includedLibraries(text: string): string[] {
  return [...blank(text).matchAll(INCLUDE)].map(([, name = '']) => unquote(name));
}

/** All that a CQL text declares, in its order. */
export function declarationsOf(text: string): Declaration[] {
  const bare = blank(text);
  const found = [...bare.matchAll(DECLARATION)];
  return found.map((match, i): Declaration => {
    const [whole, keyword = '', isFunction, name = ''] = match;
    const body = bare.slice(match.index + whole.length, found[i + 1]?.index);
    const before = bare.slice(0, match.index + whole.search(/\S/));
    const called = keyword === 'include' ? CALLED.exec(body)?.[1] : undefined;
    return {
      name: unquote(called ?? name),
      ...(keyword === 'include' ? { includes: unquote(name) } : {}),
      isFunction: isFunction !== undefined,
      line: before.split('\n').length,
      column: before.length - before.lastIndexOf('\n'),
      mentions: [...body.matchAll(MENTION)].map(([chain]) => partsOf(chain)),
    };
  });
}

function partsOf(chain: string): string[] {
  return [...chain.matchAll(new RegExp(NAME, 'g'))].map(([name]) => unquote(name));
}

function unquote(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1) : name;
}

/** The text without comments and strings; every place stays where it was. */
function blank(text: string): string {
  const part = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\])*'|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
  return text.replaceAll(part, (found) =>
    found.startsWith('"') ? found : found.replaceAll(/[^\n]/g, ' '),
  );
}
