/**
 * Draws codes of the verified list by chance, for a person to look up in public sources:
 *
 *   node test/support/draw-codes.ts <seed> <of those in value sets> <of the rest>
 *
 * Of each code system so many are drawn, in the order of a hash of the seed and the code,
 * so that the same seed draws the same. Prints CSV: sample, system, code.
 */
import { createHash } from 'node:crypto';
import { loadTerminology } from '../../src/content/load.ts';
import { CodeService } from '../../src/engine/code-service.ts';
import { codeKey, type Coding } from '../../src/engine/codes.ts';

const [seed = '', ofSets = '0', ofRest = '0'] = process.argv.slice(2);
const { verified, valueSets } = await loadTerminology('.');
const service = new CodeService(valueSets);

const place = (coding: Coding): string =>
  createHash('sha256')
    .update(`${seed}|${codeKey(coding)}`)
    .digest('hex');
const codes = [...Map.groupBy(verified.all, codeKey).values()]
  .flatMap(([first]) => (first?.file.endsWith('.csv') ? [first] : []))
  .map((coding) => ({ ...coding, place: place(coding) }))
  .toSorted((a, b) => (a.place < b.place ? -1 : 1));

const lines = [...Map.groupBy(codes, ({ system }) => system)].flatMap(([system, all]) => {
  const [held, rest] = [true, false].map((is) => all.filter((code) => service.holds(code) === is));
  const drawn = (sample: string, of: typeof all | undefined, count: string) =>
    (of ?? []).slice(0, Number(count)).map(({ code }) => `${sample},${system},${code}`);
  return [...drawn('value sets', held, ofSets), ...drawn('rest', rest, ofRest)];
});
process.stdout.write(['sample,system,code', ...lines, ''].join('\n'));
