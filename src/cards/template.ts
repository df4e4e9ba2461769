import Mustache from 'mustache';
import type { FactValue } from '../facts.ts';

/** Values by the names that templates use; a library is an object of its expressions. */
export type View = { readonly [name: string]: FactValue };

/** Where a tag stands inside sections; `parents` are the names of the sections around it. */
export interface TemplateTag {
  readonly name: string;
  readonly isSection: boolean;
  readonly parents: readonly string[];
}

/** True for a template among the parts of a resource. */
export function isTemplate(value: unknown): value is Template {
  return (
    typeof value === 'object' &&
    value !== null &&
    'fill' in value &&
    typeof value.fill === 'function'
  );
}

/** A Mustache text, parsed once. */
export interface Template {
  readonly text: string;
  readonly tags: readonly TemplateTag[];
  /** Fills the template; `escape` is applied to every value that comes from data. */
  fill(view: View, escape: (text: string) => string): string;
}

type Token = readonly [type: string, value: string, start: number, end: number, ...rest: unknown[]];

/**
 * Parses a template. Throws Error with a sentence for the author when it is not
 * well formed or uses a tag that is refused: `{{^…}}` (unknown would read as no),
 * unescaped values and partials.
 *
 * @see https://mustache.github.io/mustache.5.html
 */
export function parseTemplate(text: string): Template {
  const writer = new FactWriter();
  const tokens = writer.parse(text) as unknown as readonly Token[]; // the typings call tokens arrays of any
  const tags: TemplateTag[] = [];
  collectTags(tokens, [], tags);
  return {
    text,
    tags,
    fill: (view, escape) => writer.render(text, view, undefined, { escape }),
  };
}

function collectTags(
  tokens: readonly Token[],
  parents: readonly string[],
  tags: TemplateTag[],
): void {
  for (const [type, name, , , children] of tokens) {
    if (type === 'text' || type === '!') continue;
    if (type === 'name') tags.push({ name, isSection: false, parents });
    else if (type === '#') {
      tags.push({ name, isSection: true, parents });
      collectTags(children as readonly Token[], [...parents, name], tags); // a section's fifth field is its tokens
    } else throw new Error(refusal(type, name));
  }
}

function refusal(type: string, name: string): string {
  if (type === '^') {
    return `{{^${name}}} is refused: unknown would read as no. Write a define that is true in that case`;
  }
  if (type === '&') return `{{{${name}}}} is refused: every value is escaped. Write {{${name}}}`;
  return `The tag {{${type}${name}}} is refused. Use {{name}} and {{#name}}…{{/name}}`;
}

/** Prints facts for people: unknown as "unknown", Booleans as yes and no, dates without noise. */
class FactWriter extends Mustache.Writer {
  override escapedValue(
    token: string[],
    context: Mustache.Context,
    config?: Mustache.RenderOptions,
  ): string {
    const value = context.lookup(token[1] ?? '') as FactValue; // views hold facts only
    const escape = typeof config === 'object' && 'escape' in config ? config.escape : undefined;
    return (escape ?? String)(formatFact(value));
  }
}

/** A fact in words. Quantities print with their unit, codes with their display. */
export function formatFact(value: FactValue | undefined): string {
  if (value === null || value === undefined) return 'unknown';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return formatDate(value);
  if (Array.isArray(value)) return value.map(formatFact).join(', ');
  const object = value as { readonly [name: string]: FactValue }; // not a list: isArray narrows no readonly array
  const named = object['display'] ?? object['code'] ?? object['reference'];
  if (named !== undefined && named !== null) return formatFact(named);
  if ('value' in object) {
    const unit = object['unit'];
    const amount = formatFact(object['value']);
    return typeof unit === 'string' && unit !== '1' ? `${amount} ${unit}` : amount;
  }
  return Object.values(object).map(formatFact).join(' ');
}

const DATE_TIME = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/;

function formatDate(text: string): string {
  const [, day, time] = DATE_TIME.exec(text) ?? [];
  return day === undefined ? text : `${day} ${time ?? ''}`;
}

/**
 * Escapes text for GitHub-flavoured Markdown, so that what a record brings shows
 * as typed: no markup, no links, no HTML, no line breaks.
 *
 * @see https://github.github.com/gfm/#backslash-escapes
 */
export function escapeMarkdown(text: string): string {
  return (
    plain(text)
      .replaceAll(/[\\`*_[\]|~]/g, String.raw`\$&`)
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      // At the start of a line these would begin a list, a quotation or a heading. Elsewhere they
      // stay as they are: EHRs that show Markdown as it stands should show a readable date.
      .replace(/^[-+#>=]/, String.raw`\$&`)
      .replace(/^(\d+)([.)])/, String.raw`$1\$2`)
      // A bare URL or mail address would become a link.
      .replaceAll('@', '@\u200B')
      .replaceAll(/(https?|ftp|www)(?=[:.])/gi, '$1\u200B')
  );
}

/** One line of plain text: control characters and runs of white space become one blank. */
export function plain(text: string): string {
  return text.replaceAll(/[\s\p{C}]+/gu, ' ').trim();
}

/** Cuts at a word to at most `limit` UTF-16 units, with an ellipsis where something was cut. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, limit - 1);
  const space = cut.lastIndexOf(' ');
  const end = space > limit / 2 ? space : cut.length;
  // Never leave half of a surrogate pair.
  return `${cut.slice(0, end).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
