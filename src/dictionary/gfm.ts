/** A table of GitHub-flavoured Markdown; cells hold no line breaks and no bare `|`. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(tableLine).join('\n');
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Names as code, with commas between. */
export function ticked(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

/** `CaudaEquina` as `Cauda equina`. */
export function inWords(library: string): string {
  const [first = '', ...others] = library.split(/(?=[A-Z])/);
  return [first, ...others.map((word) => word.toLowerCase())].join(' ');
}

/** As the id of a place on the page. */
export function slug(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}

/** The place of a library that is one question, on the page of the dictionary. */
export function questionId(library: string): string {
  return `q-${library.toLowerCase()}`;
}

/** The place of a parameter, `Library.Name`. */
export function parameterId(name: string): string {
  return `p-${slug(name)}`;
}

/** Text of the content where Markdown would read a meaning into it. */
export function escaped(text: string): string {
  return text.replaceAll(/[|*<_]/g, (character) => `\\${character}`);
}
