/**
 * Words in which what is denied of a list is denied of each, so that each is told by itself: "no fracture, abscess
 * or tumour" is "no fracture, no abscess or no tumour". What may begin something new is left as it stands: a word too
 * many costs a look, and one too few is missed.
 */
export function deniedInLists(text: string): string {
  if (!LISTS.test(text) || !MAY_DENY.test(text)) return text;
  return text
    .split(/([;\n]|[.!](?=\s|$))/u)
    .map((part, i) => (i % 2 === 0 ? deniedEach(part) : part))
    .join('');
}

/** What needs no closer look: most words of records list and deny nothing. */
const LISTS = /[,:(]/;
const MAY_DENY = /\b(?:no|without|neither|den(?:y|ies|ied)|negative|none)/;

/**
 * It is a list where short clauses follow the denial: behind a colon ("denies: cough, rash"), up to one with an "or",
 * or where somebody denies three or more. "No fracture, tumour at L2" is none, and "denies cough, rash" may be none.
 */
function deniedEach(sentence: string): string {
  const told = TOLD.exec(sentence);
  if (told)
    return `${sentence.slice(0, told.index)}${toldList(sentence.slice(told.index), told[0])}`;
  const clauses = sentence.split(',');
  let denial: string | undefined;
  let items: number[] = [];
  const deny = (): void => {
    for (const item of items) clauses[item] = denied(clauses[item] ?? '', denial ?? '');
    items = [];
  };
  for (const [i, clause] of clauses.entries()) {
    const denies = DENIES.exec(clause)?.[1];
    const hasOr = OR.test(clause);
    if (denies !== undefined) {
      [denial, items] = hasOr ? [undefined, []] : [denies, []];
      continue;
    }
    if (denial === undefined || !isItem(clause)) {
      [denial, items] = [undefined, []];
      continue;
    }
    items.push(i);
    if (hasOr) {
      deny();
      // Another may follow, where each has its "or".
      if (!/^\s*n?or\s/iu.test(clauses[i + 1] ?? '')) denial = undefined;
    } else if (i === clauses.length - 1 && items.length >= FEW && SOMEBODY.test(denial)) {
      deny();
    }
  }
  return clauses.join(',');
}

/** The list behind a colon or a bracket, each item with the denial before it, up to what is none. */
function toldList(list: string, head: string): string {
  const clauses = list.slice(head.length).split(',');
  const end = clauses.findIndex((clause) => !isItem(clause));
  const items = end === -1 ? clauses : clauses.slice(0, end);
  const others = end === -1 ? [] : clauses.slice(end);
  return [...items.map((item) => denied(item, 'no')), ...others].join(',');
}

function denied(clause: string, denial: string): string {
  return ` ${denial} ${clause.replace(OR, (or) => `${or} ${denial}`)}`;
}

/** Behind the first so many more that somebody denies are a list. */
const FEW = 2;

const DENIES =
  /(?<![\p{L}\d])(?<!(?:not|cannot|never|n['’]t)\s+(?:be\s+)?)(no|without|neither|denies|denied|denying|negative|none)(?![\p{L}\d])/iu;
const SOMEBODY = /^den/i;
/** What opens a list that is denied: "denies: …", "negative for: …", "red flags: none (…". */
const TOLD =
  /(?<![\p{L}\d])(?:denies|denied|denying|no|without|negative(?:\s+for)?|none)\s*[:(](?=\s*\p{L})/iu;
const OR = /(?<![\p{L}\d])n?or(?![\p{L}\d])/iu;

/** A clause of up to six words that begins nothing new and says no time. */
function isItem(clause: string): boolean {
  const words = clause.trim().toLowerCase().split(/\s+/u);
  return words.length <= 6 && !BEGINS.test(clause) && !/\d/u.test(clause);
}

/** What tells of something that is there: "denies cough, has rash", "no cough, rash since yesterday". */
const BEGINS =
  /(?<![\p{L}\d])(?:but|however|except|has|have|had|is|are|was|reports?|reported|complain\p{L}*|c\/o|notes?|noted|now|new|newly|since|today|yesterday|overnight|started|began|developed|worse\p{L}*|present|positive|yes|with)(?![\p{L}\d])/iu;
