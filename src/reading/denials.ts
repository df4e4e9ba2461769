/** How something was found says nothing against it: "found at screening". */
const FOUND_SO = String.raw`(?<!(?<![\p{L}\d])(?:at|on|by|during|after|following)[\s-]+(?:[\p{L}\d]+[\s-]+)?)`;

/** What has yet to be done has not been: "cannot be safely excluded", "must be ruled out", "nicht ausgeschlossen". */
const NOT_DONE = [
  String.raw`(?<!(?<![\p{L}\d])(?:cannot|can['’]?t|couldn['’]?t|must|should|to)\s+(?:\p{L}+\s+)?be(?:en)?\s+(?:\p{L}+\s+)?)`,
  String.raw`(?<!(?<![\p{L}\d])(?:nicht|zum|niet|pas|ne|non|nao|inte|ikke|nie)\s+(?:\p{L}+\s+){0,3})`,
].join('');

/** Who tells of the patient is not told of: "mother reports", "father driving him in", "sister of patient". */
const TELLING = String.raw`(?!\1\s+(?:(?:is|was|has|had|also|who)\s+)*(?:of\s+(?:the\s+)?(?:patient|pt)|${[
  'report',
  'stat(?:es|ed)',
  'says',
  'said',
  'not(?:es|ed)',
  'notic',
  'phon',
  'call(?:s|ed|ing)',
  'rang',
  'driv',
  'drove',
  'br(?:ing|ought)',
  'tell',
  'told',
  'describ',
  'worri',
  'concerned',
  'request',
  'ask',
  'accompan',
  'attend',
  'mention',
  'explain',
  'think',
  'gives',
  'giving',
  'gave',
  'carr(?:y|ied)',
  'witness',
  'helping',
  'helped',
  'came',
  'found',
].join('|')})\p{L}*)`;

/** A test is one that found something where its clause says so: "test positive for cough". */
const POSITIVE = String.raw`(?<![\p{L}\d])(?<!(?:false|falsely|not|non|never|no|if)[\s-]+)(?:positive|abnormal|failed)(?!\p{L})`;
const UNLESS_POSITIVE = String.raw`(?:(?!test|screen)|(?<!${POSITIVE}[^,;\n]*)(?!\1[^,;\n]*${POSITIVE}))`;

/** Where a word stands that sets aside, and nothing beside it says otherwise. */
export function settingAside(denied: string): string {
  return `${FOUND_SO}${NOT_DONE}${denied}${TELLING}${UNLESS_POSITIVE}`;
}

/** What a text says of the patient now: its clauses without those that are set aside. */
export function heardOf(text: string, aside: RegExp): string {
  return text
    .split(/[;\n]|\.(?=\s|$)/u)
    .map((sentence) => heardOfSentence(sentence, aside))
    .filter((heard) => heard !== '')
    .join('; ');
}

/**
 * What speaks of a list, "family history of: cough, rash", sets aside all that follows in its sentence; and a
 * clause that says nothing else, or begins so and goes on with how, is of the whole: "cough, ruled out by X-ray".
 */
function heardOfSentence(sentence: string, aside: RegExp): string {
  const heard: string[] = [];
  for (const clause of sentence.split(/[,()[\]]/u)) {
    const [begin, word = ''] = [clause.search(aside), aside.exec(clause)?.[1]];
    if (begin < 0) {
      heard.push(clause);
      continue;
    }
    const after = clause.slice(begin + word.length);
    if (isFiller(clause.slice(0, begin)) && (isFiller(after) || /^\s+(?:at|on|by)\s/u.test(after)))
      return '';
    if (/^\s*(?::|(?:of|for|about)(?![\p{L}\d]))/u.test(after)) break;
  }
  return heard.join(',');
}

/** Words that say nothing by themselves. */
function isFiller(words: string): boolean {
  return (words.match(/[\p{L}\d]+/gu) ?? []).every((word) => FILLERS.has(word));
}

const FILLERS: ReadonlySet<string> = new Set(
  'a an and as been by for from had has have her his hx in is later my now of only or the their to was with'.split(
    ' ',
  ),
);

/** So many words may stand between a denial and what it denies: "no evidence of residual lung cancer". */
const DENIED = 5;

/**
 * What ends what a denial denies: "no fever but cough", "no improvement of cough", "without warning developed cough",
 * "does not deny cough", "no fever other than cough".
 */
const ENDS_DENIAL = (() => {
  const always = String.raw`but|aber|jedoch|mais|pero|mas|ma|maar|men|ale|however|although|though|despite|only|doubt|warning|improv\p{L}*|relief|resolution|recovery|progression|deny|denied|without|except\p{L}*|besides|other\s+than|(?:apart|aside)\s+from|until`;
  const unlessDenied = String.raw`now|jetzt|maintenant|ahora|agora|adesso|nu|teraz|developed|develops|presented|presents|started|began|woke`;
  const denied = String.raw`(?<!(?<!\p{L})(?:no|not|never|without|any|ever|yet|longer|den(?:ies|ied)|\p{L}+ly)\s+)`;
  return String.raw`(?:(?:${always})|${denied}(?:${unlessDenied}))(?!\p{L})`;
})();

/** Who does not deny says nothing against it: "has not denied cough", "not without cough". */
const DENIES_INDEED = String.raw`(?<!(?<!\p{L})(?:not|cannot|never|\p{L}+n['’]t)\s+(?:be\s+)?)`;

/** What was not there before is there now: "no cough until today". */
const UNTIL = String.raw`(?=[^,;.\n]*(?<!\p{L})until(?!\p{L}))`;

/**
 * Fails where one of the denials stands before, in the same clause. One that belongs to words that are looked for denies
 * none of them: "no feeling" in "no feeling of the skin".
 */
export function deniedBefore(
  denials: readonly string[],
  lookedFor: readonly string[] = [],
): string {
  if (denials.length === 0) return '';
  const gap = String.raw`(?:[\s-]+|['’])`;
  const between = String.raw`(?:(?!${ENDS_DENIAL})[\p{L}\d]+(?:\s+|-+|['’])){0,${DENIED - 1}}`;
  const own = lookedFor.flatMap((one) => fromItsDenial(one, denials));
  const isOwn = own.length === 0 ? '' : `(?!${own.map(written).join('|')})`;
  const [atFirst = [], anywhere = []] = [true, false].map((is) =>
    denials.filter((one) => one.startsWith('^') === is),
  );
  const first = atFirst.map((one) => written(one.slice(1))).join('|');
  const denying = [
    ...anywhere.map(written),
    ...(first === '' ? [] : [String.raw`^(?![\s\S]*(?:${RECENT}))(?:${first})`]),
  ].join('|');
  const denies = String.raw`(?<![\p{L}\d])${DENIES_INDEED}${isOwn}(?:${denying})${gap}${between}`;
  return String.raw`(?:(?<!${denies})|${UNTIL})`;
}

/** The words from each denial that they hold: "no longer walk" of "can no longer walk". */
function fromItsDenial(words: string, denials: readonly string[]): string[] {
  return denials.flatMap((denial) => {
    const begin = ` ${words} `.indexOf(` ${denial} `);
    return begin < 0 ? [] : [words.slice(begin)];
  });
}

/** So many words, and no more, may stand between a word and the denial that ends its clause: "cough has resolved". */
const ENDED = 1;

/** Fails where one of the denials, not denied itself, ends the clause. */
export function deniedAfter(denials: readonly string[], denying: readonly string[]): string {
  if (denials.length === 0) return '';
  const gap = String.raw`[\s:=?–-]+`;
  const denies = denying
    .filter((one) => !one.startsWith('^'))
    .map(written)
    .join('|');
  const word = denies === '' ? '' : String.raw`(?!(?:${denies})(?![\p{L}\d]))`;
  const between = String.raw`(?:${gap}${word}[\p{L}\d]+){0,${ENDED}}`;
  const end = String.raw`\s*(?:$|[,;.)\]])`;
  return String.raw`(?!\1${between}[\s:=?(–-]+(?:${denials.map(written).join('|')})${end})`;
}

/** What began some days ago is not of the past: "history of cough since yesterday", "x 2 days". */
const RECENT = (() => {
  const count = String.raw`\d+\s*(?:h|hrs?|hours?|d|days?|wks?|weeks?|/7|/52|/24)(?!\p{L})`;
  return [
    String.raw`yesterday|overnight|(?:this|last)\s+(?:morning|afternoon|evening|night|week)`,
    String.raw`since\s+(?:today|\p{L}+day|${count})`,
    String.raw`(?:x|for|over|past|last)\s*(?:(?:the|past|last)\s+)*${count}`,
    String.raw`${count}\s+(?:ago|history)`,
  ].join('|');
})();

/**
 * A pattern of the word as it stands; its blanks are hyphens as well, a `^` before it is where the text begins, and `{ddd}` is a number of three digits or more.
 */
export function written(word: string): string {
  if (word.startsWith('^')) return `^${written(word.slice(1))}`;
  return word
    .toLowerCase()
    .replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
    .replaceAll(/ +/g, String.raw`[\s-]+`)
    .replaceAll(String.raw`\{ddd\}`, String.raw`\d{3,}(?:[.,]\d+)?\s*`);
}
