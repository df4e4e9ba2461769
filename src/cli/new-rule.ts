import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import { NerverootError } from '../errors.ts';
import type { World } from './world.ts';

/** `nerveroot new rule <id>`: the first version of a rule's files. */
export function addNew(program: Command, world: World): void {
  program
    .command('new')
    .summary('write the first version of a rule: CQL, card and cases')
    .description(
      'Writes a CQL library, a card and three cases (fires, does not, unknown) for a new rule. ' +
        'Nothing that exists is overwritten. To show the card, add the rule to a service.',
    )
    .addArgument(new Argument('<kind>', 'what to write').choices(['rule']))
    .argument('<id>', 'rule id, like XX-01 or CC-01b')
    .option('--library <name>', 'name of the CQL library (default: from the id)')
    .option('--content <folder>', 'the folder with cql/ and hooks/ (default: the built-in content)')
    .action(async (_kind: string, id: string, options: { library?: string; content?: string }) => {
      const root = resolve(options.content ?? world.config().content);
      const library = options.library ?? `Rule${id.replaceAll(/[^A-Za-z0-9]/g, '')}`;
      checkNames(id, library);
      const files = ruleFiles(id, library);
      const existing = Object.keys(files).filter((file) => existsSync(join(root, file)));
      if (existing.length > 0) {
        throw new NerverootError(
          'InvalidInput',
          `${existing.join(', ')} exists already; nothing was written`,
        );
      }
      for (const [file, text] of Object.entries(files)) {
        await mkdir(dirname(join(root, file)), { recursive: true });
        await writeFile(join(root, file), text);
        world.out(`wrote ${file}`);
      }
      world.out(
        `\nNext: write the logic in cql/${library}.cql, add ${id} to "cards" of a file in hooks/services/,`,
      );
      world.out('then run: nerveroot check && nerveroot test');
    });
}

function checkNames(id: string, library: string): void {
  if (!/^[A-Z][A-Z0-9]*-[0-9]+[a-z]?$/.test(id)) {
    throw new NerverootError('InvalidInput', `A rule id looks like XX-01 or CC-01b, not "${id}"`);
  }
  if (!/^[A-Z][A-Za-z0-9]*$/.test(library)) {
    throw new NerverootError(
      'InvalidInput',
      `A library name is one word in letters and digits, not "${library}"`,
    );
  }
}

function ruleFiles(id: string, library: string): Record<string, string> {
  return {
    [`cql/${library}.cql`]: cqlStub(id, library),
    [`hooks/cards/${id}.yaml`]: cardStub(id, library),
    [`test/rules/${id}/fires.yaml`]: caseStub(
      id,
      library,
      'fires when its condition is recorded',
      'true',
    ),
    [`test/rules/${id}/does-not-fire.yaml`]: caseStub(
      id,
      library,
      'does not fire when its condition is absent',
      'false',
    ),
    [`test/rules/${id}/unknown.yaml`]: caseStub(
      id,
      library,
      'is unknown when its data were not looked at',
      'unknown',
    ),
  };
}

function cqlStub(id: string, library: string): string {
  return `/**
 * ${id}: what this library decides, in one sentence.
 * Source: guideline, year, section. What is from general knowledge: to be confirmed.
 */
library ${library} version '1.0.0'

using FHIR version '4.0.1'
include FHIRHelpers version '4.0.1'
include Looked version '1.0.0'

context Patient

/** Conditions that count. Narrow this to a value set of cql/valuesets/. */
define "Matching Conditions":
  [Condition] C where C.code.text.value = 'replace me'

/** True, false, or unknown when conditions were not looked at. */
define "Applies":
  Looked.Known(exists "Matching Conditions", { 'Condition' })

/** What the card shows as evidence. */
define "Facts Used":
  "Matching Conditions" C
    return Tuple {
      fact: C.code.text.value,
      date: date from C.recordedDate.value,
      source: 'Condition/' + C.id.value
    }

/** What the card says is not known. */
define "What Is Unknown":
  if "Applies" is null then { 'Whether the condition is present' } else List<System.String> { }
`;
}

function cardStub(id: string, library: string): string {
  return `rule: ${id}
title: What the rule is about, in a few words
library: ${library}
show: Applies
indicator: info
summary: What was found, with its value, then what to do, in at most 139 characters
detail: |
  - What to do now, in 60 words at most.
  {{! Name facts by their define in double braces, as docs/writing-rules.md describes. }}
facts: Facts Used
unknown: What Is Unknown
guidance:
  text: Guideline, year
  strength: strength of the recommendation
  toConfirm: this is a stub
source:
  label: Name of the guideline
  url: https://example.org/guideline
`;
}

function caseStub(id: string, library: string, behaviour: string, value: string): string {
  const condition = '  - condition: in words "replace me", recorded 3 days ago\n';
  return `title: ${id} ${behaviour}
hook: patient-view
patient:
  - patient: 45 years old, id p1
${value === 'true' ? condition : ''}${value === 'unknown' ? 'withhold: [Condition]\n' : ''}expect:
${value === 'unknown' ? `  facts: # of a service that requires conditions: status: 412\n    ${library}.Applies: unknown\n` : `  facts:\n    ${library}.Applies: ${value}\n`}`;
}
