import { openEvaluation } from '../../src/engine/evaluate.ts';
import { toFactValue } from '../../src/engine/to-fact-value.ts';
import { parseDateTime } from '../../src/engine/fhir-values.ts';
import { aCompiler } from './content.ts';
import { aLibrary, aProgram } from './cql.ts';

/** Prints days as nerveroot counts them for a site in Tokyo; run under different TZ. */
const compiler = aCompiler();
const body = `define "Today Is": Today()
define "Days": difference in days between date from (First([Condition]).onset as FHIR.dateTime).value and Today()`;
const program = await aProgram(compiler, [aLibrary('OnThisMachine', body)]);
const onsets = ['2026-03-08T01:00:00+09:00', '2026-03-08T23:30:00Z', '2026-03', '2026-03-10'];
const open = openEvaluation(program, {
  resources: [{ resourceType: 'Condition', id: '1', onsetDateTime: '2026-03-07T20:00:00Z' }],
  parameters: {},
  evaluationTime: new Date('2026-03-10T15:30:00Z'),
  timeZone: 'Asia/Tokyo',
});
const names = ['Today Is', 'Days'].map((expression) => ({ library: 'OnThisMachine', expression }));
const facts = Object.values((await open.facts(names))['OnThisMachine'] ?? {});
const read = onsets.map((text) => toFactValue(parseDateTime(text, 'Asia/Tokyo')));
const machineOffset = new Date('2026-01-01T00:00:00Z').getTimezoneOffset();
process.stdout.write(JSON.stringify({ machineOffset, days: [...read, ...facts] }));
await compiler.translator.close();
