/** A piece of HTML; only `html` makes it, which escapes whatever is put into it. */
export class Html {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  static of(strings: TemplateStringsArray, values: readonly HtmlValue[]): Html {
    return new Html(String.raw({ raw: strings }, ...values.map(textOf)));
  }
}

/** What can be put into HTML: pieces as they are, words and figures escaped, nothing as nothing. */
export type HtmlValue = Html | string | number | undefined | readonly HtmlValue[];

/** A template of HTML: html`<p>${words}</p>`. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return Html.of(strings, values);
}

function textOf(value: HtmlValue): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(textOf).join('');
  return value === undefined ? '' : escapeHtml(String(value));
}

/** A text where HTML would read a meaning into it, within an element or an attribute's double quotes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
