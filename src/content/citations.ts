/** How a statement in a comment is known: read, second-hand, general knowledge, a choice of the project. */
export type EvidenceKind = 'P' | 'R' | 'S' | 'G';

/** A source that a comment names: its key, and where in it or what of it. */
export interface Cited {
  readonly key: string;
  readonly words: string;
  /** Counted from the start of the text that was read. */
  readonly offset: number;
}

/** One part of a bracket: `R: ACR21 variant 4, BMJBP`, or `P the days`. */
export interface Citation {
  readonly evidence: EvidenceKind;
  /** What of the statement it is about, where no source is named. */
  readonly words: string;
  readonly cited: readonly Cited[];
}

/** What is wrong with a bracket, and where. */
export interface CitationFault {
  readonly offset: number;
  readonly message: string;
}

/**
 * The citations in a comment. A bracket that begins with one of the four letters is one:
 * `[` part {`; ` part} `]`, where a part is `P words`, `G words`, `R: cited`, `S: cited` or `G: cited`,
 * and cited is KEY words {`, ` KEY words}. It ends on its line. All other brackets say nothing here.
 */
export function readCitations(text: string): {
  readonly citations: readonly Citation[];
  readonly faults: readonly CitationFault[];
} {
  const citations: Citation[] = [];
  const faults: CitationFault[] = [];
  for (const { 1: body = '', 2: end, index } of text.matchAll(/\[([^[\]\n]*)(\]?)/g)) {
    if (/^[A-Za-z]: /.test(body) && !/^[PRSG]/.test(body)) {
      faults.push({ offset: index, message: `"${body[0]}" is no kind of evidence; ${KINDS}` });
    }
    if (!/^[PRSG](?=$|[\s:;,])/.test(body)) continue;
    if (end === '') {
      faults.push({ offset: index, message: 'A citation ends with "]" on the line it begins on' });
      continue;
    }
    let offset = index + 1;
    for (const part of body.split(';')) {
      const begin = offset + part.length - part.trimStart().length;
      const read = readPart(part.trim(), begin);
      if ('message' in read) faults.push(read);
      else citations.push(read);
      offset += part.length + 1;
    }
  }
  for (const { index } of withoutBrackets(text).matchAll(/\b[RSG]: [A-Z][A-Z0-9]+\b/g)) {
    faults.push({ offset: index, message: 'A citation is a bracket that begins so: [R: KEY]' });
  }
  return { citations, faults };
}

/** The text with its citations blank: what looks like one elsewhere would be overlooked. */
function withoutBrackets(text: string): string {
  return text.replaceAll(/\[[A-Za-z](?=[\s:;,\]])[^[\]\n]*/g, blank);
}

const KINDS = 'write P, R, S or G (docs/writing-rules.md, "Sources")';
const KEY = /^([A-Z][A-Z0-9]+)(?: (.*))?$/;
const PART = /^([PRSG])(?:(: ?)(.*)| (.*))?$/;

function readPart(part: string, offset: number): Citation | CitationFault {
  const [, letter, colon, sources = '', words = ''] = PART.exec(part) ?? [];
  if (letter === undefined) {
    const hint = KEY.test(part) ? 'put a comma before a source of the same kind, or ' : '';
    return { offset, message: `"${part}" is no citation; ${hint}${KINDS}` };
  }
  const evidence = letter as EvidenceKind; // the pattern has no other
  if (colon === undefined) {
    const unnamed = { offset, message: `${letter} names what was read: [${letter}: KEY]` };
    return evidence === 'P' || evidence === 'G' ? { evidence, words, cited: [] } : unnamed;
  }
  if (evidence === 'P') {
    return { offset, message: 'P is a choice of the project and cites nothing: [P words; R: KEY]' };
  }
  const cited: Cited[] = [];
  let at = offset + letter.length + colon.length;
  for (const source of sources.split(',')) {
    const begin = at + source.length - source.trimStart().length;
    const [, key, about = ''] = KEY.exec(source.trim()) ?? [];
    if (key === undefined) {
      const message = `"${source.trim()}" does not begin with the key of a source, like ABC21`;
      return { offset: begin, message };
    }
    cited.push({ key, words: about, offset: begin });
    at += source.length + 1;
  }
  return { evidence, words: '', cited };
}

/** A text with everything blank but its comments, so that places stay what they are. */
export function commentsOnly(cql: string): string {
  const pieces =
    /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  let last = 0;
  let kept = '';
  for (const { 0: piece, index } of cql.matchAll(pieces)) {
    if (!piece.startsWith('/')) continue;
    kept += blank(cql.slice(last, index)) + piece;
    last = index + piece.length;
  }
  return kept + blank(cql.slice(last));
}

function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}
