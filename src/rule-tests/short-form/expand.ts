import { nearestNames } from '../../translate/nearest-name.ts';
import { describeParts, KINDS, type Kind, type KindName } from './kinds.ts';
import { readConcept, type Elements, type Part } from './parts.ts';
import type { Read, Vocabulary } from './vocabulary.ts';

/**
 * The FHIR resource that a short entry stands for (`finding: pain, yes, 1 day ago`): parts
 * between commas, the first says what, the others follow in any order. What cannot be read is a
 * problem that names it and says what may stand there.
 */
export function expand(
  kindName: KindName,
  said: string,
  vocabulary: Vocabulary,
): Read<{ readonly resourceType: string }> {
  const kind: Kind = KINDS[kindName];
  const split = splitParts(said);
  if ('problem' in split) return split;
  const [first = '', ...others] = split.value;
  const what = kind.what && readConcept(first, vocabulary);
  if (what && 'problem' in what) return what;
  const heard = new Map<string, string>();
  let resource: Elements = { ...(kind.what && { [kind.what]: what?.value }) };
  for (const part of kind.what ? others : split.value) {
    const read = readPart(kindName, part, vocabulary);
    if ('problem' in read) return read;
    const { says, several, elements } = read.value;
    const before = heard.get(says);
    if (before !== undefined && !several) {
      return { problem: `"${part}" and "${before}" both say ${says}; keep one of them.` };
    }
    heard.set(says, part);
    resource = merge(resource, elements);
  }
  const { resourceType, ...rest } = { ...kind.defaults, ...resource } as typeof kind.defaults;
  const present = Object.entries(rest).filter(([, element]) => element !== undefined);
  return { value: { resourceType, ...Object.fromEntries(present) } };
}

function readPart(
  name: KindName,
  said: string,
  vocabulary: Vocabulary,
): Read<Pick<Part, 'says' | 'several'> & { readonly elements: Elements }> {
  const kind: Kind = KINDS[name];
  for (const part of kind.parts) {
    const read = part.read(said, vocabulary);
    if (read && 'problem' in read) return read;
    if (read) return { value: { ...part, elements: read.value } };
  }
  const forms = kind.parts.flatMap((part) => part.forms(vocabulary));
  const near = nearestNames(said, forms).map((form) => `"${form}"`);
  return {
    problem: [
      `"${said}" is not understood in "${name}".`,
      ...(near.length > 0 ? [`Did you mean ${near.join(' or ')}?`] : []),
      `It takes ${describeParts(kind, vocabulary)}.`,
    ].join(' '),
  };
}

function merge(one: Elements, other: Elements): Elements {
  const joined = Object.entries(other).map(([name, element]) => {
    const before = one[name];
    return [
      name,
      Array.isArray(before) && Array.isArray(element) ? [...before, ...element] : element,
    ];
  });
  return { ...one, ...Object.fromEntries(joined) };
}

/** The parts between the commas; a comma within quotation marks separates nothing. */
function splitParts(said: string): Read<readonly string[]> {
  if (said.split('"').length % 2 === 0) {
    return { problem: `A quotation mark in ${said} is not closed` };
  }
  const parts = said.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/).map((part) => part.trim());
  if (parts.includes('')) return { problem: `Something is missing beside a comma of "${said}"` };
  return { value: parts };
}
