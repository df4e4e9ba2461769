import { commentsOnly } from '../content/citations.ts';
import { didYouMean } from '../translate/nearest-name.ts';
import { WARNING_KINDS, type Finding, type WarningKind } from './finding.ts';

/** `// nerveroot-check allow sort-null: why`, on the line of the warning or above it. */
interface Silence {
  readonly kind: WarningKind;
  /** The line that it is about. */
  readonly about: number;
  readonly line: number;
  readonly column: number;
}

/** A fault of a comment itself, which no comment silences. */
export type SilenceFault = Omit<Finding, 'kind'>;

const WRITTEN = 'write // nerveroot-check allow <name of the warning>: <reason>';

/**
 * Takes out the findings of one library that comments of its text allow, and says which comments
 * cannot be read, have no reason, or allow what is not there.
 */
export function silence(
  library: string,
  text: string,
  findings: readonly Finding[],
): { readonly left: Finding[]; readonly faults: SilenceFault[] } {
  const { silences, faults } = readSilences(library, text);
  const idle = silences.filter((one) => !findings.some((finding) => allows(one, finding)));
  return {
    left: findings.filter((finding) => !silences.some((one) => allows(one, finding))),
    faults: [
      ...faults,
      ...idle.map(({ kind, line, column, about }) => ({
        library,
        line,
        column,
        message: `Line ${about} has no warning ${kind} any more; take this comment out`,
      })),
    ],
  };
}

function allows({ kind, about }: Silence, finding: Finding): boolean {
  return finding.kind === kind && finding.line === about;
}

function readSilences(library: string, text: string) {
  const silences: Silence[] = [];
  const faults: SilenceFault[] = [];
  const lines = commentsOnly(text).split('\n');
  const code = text.split('\n');
  for (const [i, comment] of lines.entries()) {
    const [written = '', before = '', rest = ''] =
      /^(.*?)\/\/\s*nerveroot-check\b(.*)$/.exec(comment) ?? [];
    if (written === '') continue;
    const at = { library, line: i + 1, column: before.length + 1 };
    const [, name = '', reason = ''] = /^ allow ([\w-]+)(?::(.*))?$/.exec(rest.trimEnd()) ?? [];
    const kind = WARNING_KINDS.find((one) => one === name);
    if (name === '') {
      faults.push({ ...at, message: `This comment cannot be read; ${WRITTEN}` });
    } else if (kind === undefined) {
      const hint = didYouMean(name, WARNING_KINDS) ?? `There are: ${WARNING_KINDS.join(', ')}`;
      faults.push({ ...at, message: `There is no warning "${name}". ${hint}` });
    } else if (reason.trim() === '') {
      faults.push({ ...at, message: `A silence needs its reason; ${WRITTEN}` });
    } else {
      const isAlone = (code[i] ?? '').trimStart().startsWith('//');
      const next = code.findIndex((line, j) => j > i && !/^\s*(?:\/\/.*)?$/.test(line));
      silences.push({ kind, about: (isAlone ? next : i) + 1, line: at.line, column: at.column });
    }
  }
  return { silences, faults };
}
