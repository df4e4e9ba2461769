import { burdenOf } from '../basis/tell-burden.ts';
import type { ToldBasis, ToldRule, ToldSource } from '../basis/told.ts';
import { inWords } from '../dictionary/gfm.ts';
import { html, type Html } from '../html.ts';
import { parametersOf, citedSources, type Cases } from './rules-json.ts';
import { inline, inWordsOf, list, terms } from './rules-parts.ts';

/** What a page needs beside what it tells. */
export interface PageFrame {
  /** Relative address of the folder of these pages, from the page: empty, or ending in a slash. */
  readonly folder: string;
  readonly cases: Cases;
}

/** The page of one rule. */
export function rulePage(basis: ToldBasis, told: ToldRule, { folder, cases }: PageFrame): string {
  const { rule, title, words, decidedBy, source, toConfirm } = told;
  const { own, others } = parametersOf(basis, told);
  const sources = citedSources(basis, told);
  const patient = told.patientElements.map((element) => `Patient.${element}`);
  const body = html` <nav>
      <a href="${folder}./">All rules</a> <a href="${folder}./#all">What is the same for all</a>
    </nav>
    <h1>${title}</h1>
    <p class="note">
      Rule ${rule}: what it decides, and what that rests on. This page holds no patient's data.
    </p>
    <h2>What it decides</h2>
    ${words.map((said) => html`<p>${inWordsOf(said)}</p>`)}
    ${terms([
      ['For', told.patients],
      ['Shown at', told.shownAt.join(', ') || 'no service'],
      [
        'Decided by',
        decidedBy
          ? html`<code>${decidedBy.expression}</code> in <code>${decidedBy.library}.cql</code>`
          : 'the engine, where something could not be looked at',
      ],
      ['Cases', casesIn(cases, rule)],
      ...burdenOf(told),
    ])}
    ${
      told.more.length === 0
        ? undefined
        : html`<h2>Beside the card</h2>
            ${list(told.more.map((said) => html`${inline(said)}`))}`
    }
    <h2>Guidance</h2>
    ${terms([
      ['Guidance', told.guidance],
      ['Strength', told.strength],
      ['To be confirmed', toConfirm ?? 'nothing is named'],
      [
        'Source on the card',
        source.url === undefined ? source.label : away(source.url, source.label),
      ],
    ])}
    <h2>Evidence</h2>
    ${list(told.evidence.map(({ known, keys }) => html`${known}${keys.map((key, i) => html`${i === 0 ? ' ' : ', '}<a href="#${key}">${key}</a>`)}`)) ?? html`<p>None is named.</p>`}
    <p class="note">
      In brackets: R was read; S is second-hand and G general knowledge, both to be confirmed; P is
      a choice of this project, which needs clinical sign-off.
    </p>
    <h2>Parameters</h2>
    <p class="note">Values that the rules bring. A clinical sign-off is of these values.</p>
    ${own.length === 0 ? html`<p>None of its own.</p>` : terms(own.map(parameterTerm))}
    ${
      others.length === 0
        ? undefined
        : html`<details>
            <summary>${others.length} more, by what it builds on</summary>
            ${terms(others.map(parameterTerm))}
          </details>`
    }
    <h2>What it reads</h2>
    ${terms([
      ['Of the record', codes(told.reads) ?? 'no type by itself'],
      ['Of the patient', codes(patient) ?? 'nothing'],
      ['Questions', told.questions.map(inWords).join(', ') || 'none'],
    ])}
    <h2>Sources</h2>
    ${sources.length === 0 ? html`<p>None is named by a key.</p>` : sources.map(sourceSection)}`;
  return page(`${rule}: ${title}`, body, { folder, version: basis.version });
}

/** The page that lists all rules, with what is the same for all of them. */
export function rulesPage(basis: ToldBasis, { folder }: PageFrame): string {
  const { rules, ofAll } = basis;
  const entries = rules.map(
    ({ rule, title, strength, shownAt }) =>
      html` <li>
        <a href="${folder}${rule}"><span class="id">${rule}</span> ${title}</a>
        <p class="note">
          ${strength}.
          ${shownAt.length === 0 ? 'At no service' : `At ${[...new Set(shownAt)].join(', ')}`}.
        </p>
      </li>`,
  );
  const body = html` <h1>Rules</h1>
    <p>What each rule decides, for whom, and what it rests on.</p>
    <ul class="rules">
      ${entries}
    </ul>
    ${
      ofAll &&
      html`<h2 id="all">What is the same for all rules</h2>
        ${ofAll.about
          .trim()
          .split(/\n{2,}/)
          .map((paragraph) => html`<p>${inline(paragraph)}</p>`)}
        ${terms(ofAll.ofAllRules.map(({ attribute, regulation, says }) => [regulation === undefined ? attribute : `${attribute} (asked by ${regulation})`, inline(says.trim())]))}`
    }
    ${
      ofAll?.notInForce &&
      html`<h2 id="not-in-force">Stated, not in force</h2>
        <p>No card is decided, shown or held back by these yet.</p>
        ${terms(ofAll.notInForce.map(({ rule, title, says, until }) => [`${rule} ${title}`, inline(`${says.trim()} Not in force until ${until.trim()}`)]))}`
    }`;
  return page('Rules', body, { folder, version: basis.version });
}

/** The page for an id that no rule has, with the rules that were probably meant. */
export function noRulePage(
  basis: ToldBasis,
  nearest: readonly ToldRule[],
  { folder }: PageFrame,
): string {
  const links = nearest.map(
    ({ rule, title }) =>
      html`<a href="${folder}${rule}"><span class="id">${rule}</span> ${title}</a>`,
  );
  const body = html` <nav><a href="${folder}./">All rules</a></nav>
    <h1>There is no such rule</h1>
    ${
      links.length === 0
        ? html`<p>None is named much like it.</p>`
        : html`<p>Nearest to it:</p>
            <ul class="rules">
              ${links.map((link) => html`<li>${link}</li>`)}
            </ul>`
    }`;
  return page('No such rule', body, { folder, version: basis.version });
}

function page(
  title: string,
  body: Html,
  { folder, version }: { folder: string; version: string },
): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · nerveroot</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${folder}page/page.css" />
        <link rel="stylesheet" href="${folder}page/rules.css" />
      </head>
      <body>
        <main>${body}</main>
        <footer>
          <p>
            Content ${version}. <strong>Not a medical device.</strong> It advises; clinical sign-off
            is the adopting site's.
          </p>
        </footer>
      </body>
    </html> `.text;
}

function parameterTerm({
  name,
  value,
  meaning,
}: ToldBasis['parameters'][number]): readonly [Html, Html] {
  return [html`<code>${name.replace(/^.*\./, '')}</code> ${value}`, inWordsOf(meaning)];
}

function sourceSection(source: ToldSource): Html {
  const { key, title, publisher, issued, doi, pmid, link, read, where } = source;
  const { supersededBy = 'nothing that is known', expires, checked = 'not recorded' } = source;
  const ids = [doi && `DOI ${doi}`, pmid && `PMID ${pmid}`].filter((id) => id);
  return html`<section class="source" id="${key}">
    <h3>${key}: ${title}</h3>
    ${terms([
      ['Publisher', publisher],
      ['Issued', issued ?? 'not recorded'],
      [
        'Where',
        html`${link === undefined ? undefined : away(link, link)}${ids.length === 0 ? undefined : ` ${ids.join('; ')}`}${link === undefined && ids.length === 0 ? 'no address on record' : undefined}`,
      ],
      ['Read', `${read}; ${where.trim()}`],
      ['Superseded by', supersededBy],
      ['Stands until', expires ?? 'not stated'],
      ['Checked on', checked],
    ])}
  </section>`;
}

/** A link to another site, which may refuse to be shown in a frame. */
function away(url: string, label: string): Html {
  return html`<a href="${url}" target="_blank" rel="noopener noreferrer">${label}</a>`;
}

/** Names as code, with commas between; undefined where there are none. */
function codes(names: readonly string[]): Html | undefined {
  return names.length === 0 ? undefined : html`${names.map(codeInList)}`;
}

function codeInList(name: string, i: number): Html {
  return html`${i === 0 ? '' : ', '}<code>${name}</code>`;
}

function casesIn(cases: Cases, rule: string): string {
  if (cases === undefined) return 'not part of this installation';
  const count = cases.get(rule) ?? 0;
  return count === 0 ? 'none under its name' : `${count}`;
}
