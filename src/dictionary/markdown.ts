import type { Coding } from '../engine/codes.ts';
import type { ValueSetCodes } from '../engine/code-service.ts';
import type { Dictionary, RatedFact, Section } from './dictionary.ts';
import type { Representation } from './fact.ts';
import { escaped, inWords, parameterId, questionId, slug, table, ticked } from './gfm.ts';
import { PARAMETER, VALUE_SET } from './words.ts';

/** Where links lead, from the page's folder. */
export interface Links {
  /** Path of the content's `cql/`. */
  readonly cql: string;
  /** Path of the content's `hooks/`. */
  readonly hooks: string;
}

/** The dictionary as a page of GitHub-flavoured Markdown. */
export function writeDictionary(dictionary: Dictionary, links: Links): string {
  const page = new Page(dictionary, links);
  return page.text();
}

/** Value sets of so few entries are told where they are used. */
const FEW = 4;

class Page {
  readonly #dictionary: Dictionary;
  readonly #links: Links;
  readonly #sets: ReadonlyMap<string, ValueSetCodes>;
  readonly #kinds: ReadonlyMap<string, Representation>;

  constructor(dictionary: Dictionary, links: Links) {
    this.#dictionary = dictionary;
    this.#links = links;
    this.#sets = new Map(dictionary.valueSets.map((set) => [set.url, set]));
    const all = dictionary.sections.flatMap((s) => s.facts).flatMap((f) => f.representations);
    const plain = all.filter(({ kinds }) => kinds.size === 1);
    this.#kinds = new Map(plain.toReversed().map((r) => [[...r.kinds][0] ?? '', r]));
  }

  text(): string {
    return `${[
      this.#head(),
      this.#index(),
      this.#rules(),
      ...this.#dictionary.sections.map((section) => this.#section(section)),
      this.#parameters(),
      this.#valueSets(),
    ].join('\n\n')}\n`;
  }

  #head(): string {
    return `<!-- Written by \`nerveroot dictionary\` from the compiled rules. Change the CQL, not this page. -->

# Data dictionary

What a patient's FHIR R4 record must hold, coded how and how recent, so that the rules see it. The page is
written from the compiled CQL by \`npx nerveroot dictionary\`; what does not stand here is not read.`;
  }

  #index(): string {
    const rows = this.#dictionary.sections.map(({ library, facts }) => [
      `[${inWords(library)}](#${questionId(library)})`,
      facts.map((fact) => `[${escaped(fact.title)}](#${factId(fact)})`).join(', '),
    ]);
    return `## Questions and facts\n\n${table(['question', 'facts'], rows)}

Further down: [how records are read](#how-records-are-read), [parameters](#parameters),
[value sets](#value-sets).`;
  }

  #rules(): string {
    const { read, notRead, drafts, patientElements, principles } = this.#dictionary;
    const said = principles.map(
      ({ library, comment }) => `- ${this.#source(library)}: ${escaped(comment)}`,
    );
    return `## How records are read

- **Types.** Read from the record: ${ticked(read)}, and of the Patient ${ticked(patientElements)}. Read among the
  draft orders of a call: ${ticked(drafts)}. Not read yet from the record: ${ticked(notRead)}.
- **Forms.** An answer in a QuestionnaireResponse to one of the forms named below counts as the \`Observation\` of
  its question, unless that has been stored beside it ([forms](forms.md)).
- **Codes.** An entry counts by its codes, in any of its codings. One that has only a text, or a code of a system
  that nobody maps, decides nothing: what it says stays unknown, and cards that ask for it may show the text. A code
  beside the display of another, unrelated code is not trusted. ICD-10-CM is met with and without the dot. Local
  codes, and CPT, count through a file of the site ([local codes](configuration.md#local-codes)); a medicine by
  reference counts by the code of its Medication.
- **Unknown.** What nobody recorded is unknown, never "no". So is what cannot be read, and what lies outside its
  window.
- **Units** may be written as [units.csv](${this.#links.cql}/terminology/units.csv) lists them, or be UCUM codes
  with UCUM's system. A number without its unit stays unknown.

The libraries that all others build on say of themselves:

${said.join('\n')}

### Words used below

${this.#words()}

### Kinds of value

${this.#kindsOfValue()}`;
  }

  #words(): string {
    const meant = this.#dictionary.said.filter(({ comment }) => comment !== '');
    const rows = meant.map(({ library, name, words, comment, cql }) => [
      this.#linked(escaped(words).replaceAll('\\*', '*')),
      // A body that lists codes says more exactly what its comment says.
      escaped(comment) + (/ in \{/.test(cql) ? `<br>\`${cql.replaceAll('|', '\\|')}\`` : ''),
      `${this.#source(library)} \`${name}\``,
    ]);
    return table(['words', 'meaning', 'in the CQL'], rows);
  }

  #kindsOfValue(): string {
    const rows = [...this.#kinds].map(([kind, sample]) => [
      `<a id="kind-${slug(kind)}"></a>${kind}`,
      this.#value(sample),
    ]);
    return table(['kind', 'value'], rows);
  }

  #section({ library, comment, facts }: Section): string {
    return `<a id="${questionId(library)}"></a>

## ${inWords(library)}

${escaped(comment)} (${this.#source(library)})

${facts.map((fact) => this.#fact(fact)).join('\n\n')}`;
  }

  #fact(fact: RatedFact): string {
    const { title, define, comment, rules, opensServices, forms, representations } = fact;
    const used = [...(opensServices ? ['whether any service speaks'] : []), ...rules];
    const asked = forms.map(
      ({ name, title: form }) =>
        `[${escaped(form)}](${this.#links.hooks}/questionnaires/${name}.json)`,
    );
    const askedIn = asked.length === 0 ? '' : ` Asked in: ${asked.join(', ')}.`;
    const rows = representations.map((r) => [
      `\`${r.resourceType}\`${r.isDraft ? ' (draft order)' : ''}`,
      this.#codes(r),
      this.#valueOrKind(r),
      [...r.conditions].map((words) => this.#linked(words)).join('; ') || 'it is there',
    ]);
    return `<a id="${factId(fact)}"></a>

### ${escaped(title)}

${comment === '' ? '' : `${escaped(comment)}\n\n`}In the CQL: \`${define}\`. Used for: ${used.join(', ') || 'no card yet'}.${askedIn}

${table(['record', 'codes', 'what is read', 'counts when'], rows)}`;
  }

  #codes({ valueSet, codedElement, heldTo, elements }: Representation): string {
    const at = codedElement === undefined ? '' : `\`${codedElement}\`: `;
    if (valueSet !== undefined) return `${at}${this.#set(valueSet)}`;
    const asked = [...heldTo].map((url) => this.#setLink(url));
    if (asked.length > 0) return asked.join('<br>');
    return elements.has('code') ? 'any' : '';
  }

  #set(url: string): string {
    const set = this.#sets.get(url);
    const link = this.#setLink(url);
    if (!set) return link;
    const { imports = [], excluded = [] } = set;
    const entries = rowsOf(set).map(([system = '', code = '', display = '']) => {
      return `${systemName(system)} ${code} ${display}`.trim();
    });
    const isShort = entries.length <= FEW && imports.length + excluded.length === 0;
    if (isShort) return [link, ...entries.map((entry) => `– ${entry}`)].join('<br>');
    const counts = [
      ...(entries.length > 0 ? [`${entries.length} codes and families`] : []),
      ...(imports.length > 0 ? [`all of ${imports.length} other sets`] : []),
    ];
    return `${link}: ${counts.join(', ')}`;
  }

  #setLink(url: string): string {
    return `[${escaped(this.#sets.get(url)?.title ?? url)}](#${setId(url)})`;
  }

  #valueOrKind(r: Representation): string {
    const [kind] = r.kinds;
    const others = ticked([...r.elements].filter((element) => !UNSAID.has(element)).toSorted());
    if (r.valueTypes.size === 0) return others;
    const also = others === '' ? [] : [`also ${others}`];
    const value =
      kind !== undefined && r.kinds.size === 1 ? `[${kind}](#kind-${slug(kind)})` : this.#value(r);
    return [value, ...also].join('<br>');
  }

  #value({ valueTypes, valueWords, valueCodes }: Representation): string {
    const types = [...valueTypes].map(
      (type) => `\`value${type[0]?.toUpperCase() ?? ''}${type.slice(1)}\``,
    );
    const words = [...valueWords].map((each) => this.#linked(each));
    const codes = [...valueCodes].map((url) => this.#setLink(url));
    return [types.join(', '), ...words, ...codes].join('<br>');
  }

  #parameters(): string {
    const rows = this.#dictionary.parameters.map(({ name, value, comment }) => [
      `<a id="${parameterId(name)}"></a>\`${name}\``,
      value.replace(/\.0$/, ''),
      escaped(comment),
    ]);
    const about = escaped(this.#dictionary.aboutParameters);
    return `## Parameters\n\n${about}\n\n${table(['parameter', 'value', 'meaning'], rows)}`;
  }

  #valueSets(): string {
    const sets = this.#dictionary.valueSets.map(
      (set) => `<a id="${setId(set.url)}"></a>

### ${escaped(set.title ?? set.url)}

\`${set.url}\`

${this.#setTable(set)}`,
    );
    const systems = this.#dictionary.valueSets.flatMap((set) =>
      rowsOf(set).map(([system]) => system ?? ''),
    );
    const names = [...new Set(systems)].map((system) => [systemName(system), `\`${system}\``]);
    return `## Value sets\n\n${table(['system', 'URI'], names)}\n\n${sets.join('\n\n')}`;
  }

  #setTable(set: ValueSetCodes): string {
    const own = [
      ...rowsOf(set),
      ...(set.excluded ?? []).map((f) => [f.system, `not ${spelt(f)}`, '']),
    ];
    const imported = (set.imports ?? []).map((url) => ['', `all of ${this.#setLink(url)}`, '']);
    return table(
      ['system', 'code', 'display'],
      [...own, ...imported].map(([system = '', ...rest]) => [systemName(system), ...rest]),
    );
  }

  /** Numbers that are parameters, and value sets, as links. */
  #linked(words: string): string {
    return words
      .replaceAll(
        new RegExp(`(\\S+)${PARAMETER.source}`, 'g'),
        (_, value: string, name: string) => {
          return `[${value}](#${parameterId(name)})`;
        },
      )
      .replaceAll(VALUE_SET, (_, url: string) => this.#setLink(url))
      .replaceAll('|', '\\|');
  }

  #source(library: string): string {
    return `[${library}.cql](${this.#links.cql}/${library}.cql)`;
  }
}

/** Elements that the other columns and the words tell of. */
const UNSAID = new Set([
  'id',
  'status',
  'code',
  'value',
  'verificationStatus',
  'clinicalStatus',
  'effective',
  'issued',
  'derivedFrom',
]);

function rowsOf({ codes, families = [] }: ValueSetCodes): string[][] {
  return [
    ...codes.map(({ system, code, display = '' }) => [system, code, escaped(display)]),
    ...families.map((family) => [family.system, spelt(family), escaped(family.display ?? '')]),
  ];
}

function spelt({ written, kind }: { written: string; kind: string }): string {
  if (kind === 'code and below') return `${written} and below`;
  return kind === 'pattern' ? `like \`${escaped(written)}\`` : written;
}

/** Code systems by the names people use. @see https://hl7.org/fhir/R4/terminologies-systems.html */
const SYSTEM_NAMES: Readonly<Record<Coding['system'], string>> = {
  'http://hl7.org/fhir/sid/icd-10-cm': 'ICD-10-CM',
  'http://snomed.info/sct': 'SNOMED CT',
  'http://loinc.org': 'LOINC',
  'http://www.nlm.nih.gov/research/umls/rxnorm': 'RxNorm',
};

function systemName(system: string): string {
  return SYSTEM_NAMES[system] ?? system.slice(system.lastIndexOf(':') + 1);
}

function factId({ library, define }: RatedFact): string {
  return `f-${slug(`${library} ${define}`)}`;
}

function setId(url: string): string {
  return `vs-${slug(url.slice(url.lastIndexOf(':') + 1))}`;
}
