import { commentsOnly, readCitations, type Cited, type EvidenceKind } from './citations.ts';
import { sortFaults, type ContentFault } from './fault.ts';
import { missingSource } from './missing-name.ts';
import { readContentFiles, type ContentFile } from './read-files.ts';
import { cardFile } from './schema.ts';
import { isPast, readSources, type SourceTable } from './sources.ts';
import { readYaml } from './yaml-file.ts';

/**
 * Holds what the comments of the CQL and the cards cite to the table of sources: a key that is not
 * there, a bracket that cannot be read, a source cited as read that was not, one past its time on
 * that day, and one that nobody cites. Faults of the table and of cards are said by who loads them.
 */
export async function checkCitations(root: string, today: string): Promise<ContentFault[]> {
  const files = await readContentFiles(root);
  const table = readSources(files.get('hooks') ?? [], []);
  const found = (files.get('cql') ?? []).map((file) => checkComments(file, table));
  const faults = found.flatMap((one) => one.faults);
  const times = new Map<string, number>();
  const inCards = (files.get('hooks/cards') ?? []).flatMap(keyOfCard);
  for (const key of [...found.flatMap(({ keys }) => keys), ...inCards]) {
    times.set(key, (times.get(key) ?? 0) + 1);
  }
  for (const [key, { expires }] of table.sources) {
    const count = times.get(key) ?? 0;
    if (count === 0) faults.push(table.fault(key, `Nothing cites ${key}; take it out`, 'warning'));
    else if (expires !== undefined && isPast(expires, today)) {
      const places = count === 1 ? 'one place' : `${count} places`;
      const message = `${key} stood until ${expires} and is cited in ${places}; look for what replaced it`;
      faults.push(table.fault(key, message, 'warning'));
    }
  }
  return sortFaults(faults);
}

function checkComments({ file, text }: ContentFile, table: SourceTable) {
  const faults: ContentFault[] = [];
  const keys: string[] = [];
  const comments = commentsOnly(text);
  const fault = (offset: number, message: string): void => {
    const before = comments.slice(0, offset).split('\n');
    const column = (before.at(-1)?.length ?? 0) + 1;
    faults.push({ file, line: before.length, column, severity: 'error', message });
  };
  const read = readCitations(comments);
  for (const { offset, message } of read.faults) fault(offset, message);
  for (const { evidence, cited } of read.citations) {
    for (const one of cited) {
      keys.push(one.key);
      const message = objection(evidence, one, table);
      if (message !== undefined) fault(one.offset, message);
    }
  }
  return { faults, keys };
}

function objection(
  evidence: EvidenceKind,
  { key }: Cited,
  { sources }: SourceTable,
): string | undefined {
  const source = sources.get(key);
  if (!source) return missingSource(key, sources.keys());
  const unread = source.read === 'second-hand' || source.read === 'not read';
  const instead = source.read === 'second-hand' ? 'S' : 'G';
  return evidence === 'R' && unread
    ? `${key} is ${source.read} (hooks/sources.yaml); cite it as [${instead}: ${key}]`
    : undefined;
}

function keyOfCard({ file, text }: ContentFile): string | readonly string[] {
  const { value } = readYaml(file, text, cardFile);
  return value?.source.key ?? [];
}
