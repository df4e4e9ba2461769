import { beforeAll, describe, expect, it } from 'vitest';
import type { Content } from '../../src/content/content.ts';
import { formatFault, type ContentFault } from '../../src/content/fault.ts';
import { readParameters } from '../../src/content/parameters.ts';
import { readContentFiles } from '../../src/content/read-files.ts';
import { loadSiteSettings } from '../../src/content/site-settings.ts';
import { ROOT, theContent } from '../support/content.ts';

const SERVER = 'https://ehr.example/fhir';
const APPROVAL = 'approvedBy: Chief, approvedOn: 2026-03-01, reason: local pathway';

let content: Content;
let hooks: readonly { file: string; text: string }[];
const noLibraries: ReadonlySet<string> = new Set();

beforeAll(async () => {
  content = await theContent();
  hooks = (await readContentFiles(ROOT)).get('hooks') ?? [];
});

function load(text: string) {
  const faults: ContentFault[] = [];
  const { program, cards, services } = content;
  const parameters = readParameters(hooks, { program, brokenLibraries: noLibraries, faults });
  const knownRules = new Set(cards.keys());
  const world = { parameters, isWhole: true, cards, knownRules, services, program, faults };
  const sites = loadSiteSettings({ file: 'clients.yaml', text }, world);
  return { sites, faults: faults.map(formatFault) };
}

const aClient = (line: string): string => `clients:\n  - fhirServer: ${SERVER}\n    ${line}\n`;

describe('what a site sets', () => {
  const wrong: readonly (readonly [string, string, string])[] = [
    [
      'parameters: { EarlyImagingDay: 28 days }',
      '3:19',
      'There is no parameter EarlyImagingDay that a site can set. Did you mean "EarlyImagingDays"?',
    ],
    [
      'parameters: { EarlyImagingDays: 28 }',
      '3:19',
      'EarlyImagingDays needs its unit; write it like 42 days',
    ],
    [
      'parameters: { EarlyImagingDays: 4 weeks }',
      '3:19',
      'EarlyImagingDays is in days, and not in weeks; write it like 42 days',
    ],
    [
      'parameters: { EarlyImagingDays: 28.5 days }',
      '3:19',
      'EarlyImagingDays must be a whole number; write it like 42 days',
    ],
    [
      'parameters: { FeverCelsius: 100.4 °F }',
      '3:19',
      'FeverCelsius is in °C, and not in °F; write it like 38.0 °C',
    ],
    [
      'parameters: { SevereGrade: 4 days }',
      '3:19',
      'SevereGrade is a plain number (of grade), and not in days; write it like 3',
    ],
    ['parameters: { SevereGrade: mild }', '3:19', 'SevereGrade must be a number; write it like 3'],
    [
      'parameters: { PostVoidResidual: 350 mL }',
      '3:19',
      'PostVoidResidual of 350 mL is past its bounds, 100 to 200 mL: choose a value within them, or name who approved it, with approvedBy, approvedOn and reason',
    ],
    [
      'parameters: { PostVoidResidual: { value: 350 mL, approvedBy: X, approvedOn: yesterday, reason: Y } }',
      '3:69',
      '"clients.0.parameters.PostVoidResidual.approvedOn": must be a day, like 2026-03-08',
    ],
    ['rules: { RF-1: off }', '3:14', 'There is no rule RF-1. Did you mean'],
    [
      'rules: { RF-01: off }',
      '3:14',
      'RF-01 can be critical: leave it on, or name who approved "off", with approvedBy, approvedOn and reason',
    ],
    [
      'rules: { RF-05: silent }',
      '3:14',
      'RF-05 can be critical: leave it on, or name who approved "silent"',
    ],
    ['rules: { IM-01: never }', '3:14', '"clients.0.rules.IM-01.show": must be on, off or silent'],
    [
      'rules: { NC-01: off }',
      '3:14',
      'NC-01 says what was not checked, and has no switch; take the line out',
    ],
  ];

  it.each(wrong)('%s is named with file, line, key and remedy', (line, at, message) => {
    const { faults } = load(aClient(line));
    expect(faults).toEqual([expect.stringContaining(`clients.yaml:${at}: error: ${message}`)]);
  });

  it.each([
    ['EarlyImagingDays: 28 days', { EarlyImagingDays: 28 }],
    ['EarlyImagingDays: 1 day', { EarlyImagingDays: 1 }],
    ['FeverCelsius: 37.8 Cel', { FeverCelsius: 37.8 }],
    ['FeverCelsius: "37.8 degrees Celsius"', { FeverCelsius: 37.8 }],
    ['PostVoidResidual: { value: 150 ml }', { PostVoidResidual: 150 }],
    ['SevereGrade: 4', { SevereGrade: 4 }],
    [`PostVoidResidual: { value: 350 mL, ${APPROVAL} }`, { PostVoidResidual: 350 }],
  ])('%s is taken', (line, parameters) => {
    const { faults, sites } = load(aClient(`parameters: { ${line} }`));
    expect([faults, sites.get(SERVER)?.parameters]).toEqual([[], parameters]);
  });

  it('is of that site alone', () => {
    const { sites } = load(
      `site: { parameters: { ExamDays: 60 days } }\n${aClient('rules: { CC-01: off }')}`,
    );
    expect(sites.get('')?.parameters).toEqual({ ExamDays: 60 });
    expect(sites.get(SERVER)?.parameters).toEqual({});
    const rulesOf = (site: string) =>
      [...(sites.get(site)?.services.values() ?? [])].flatMap((service) =>
        service.cards.map(({ rule }) => rule),
      );
    expect(rulesOf('')).toContain('CC-01');
    expect(rulesOf(SERVER)).not.toContain('CC-01');
  });

  it('is told by the services that rest on it, and by no other', () => {
    const { sites } = load(aClient(`rules: { EI-07: { show: off, ${APPROVAL} } }`));
    const told = [...(sites.get(SERVER)?.services ?? [])].map(
      ([{ hook }, { changed }]) => `${hook}: ${changed.length}`,
    );
    expect(told).toEqual([
      'order-select: 1',
      'order-sign: 1',
      'encounter-start: 0',
      'patient-view: 0',
    ]);
  });
});

function isRefused(rule: string): boolean {
  const { faults } = load(aClient(`rules: { ${rule}: off }`));
  return faults.some((text) => text.includes('can be critical'));
}

describe('the floor', () => {
  it('holds for each rule whose card can be critical, and for no other', () => {
    expect([...content.cards.keys()].filter(isRefused)).toEqual([
      'EI-07',
      'EI-08',
      'EI-09',
      'EI-11',
      'RF-01',
      'RF-02',
      'RF-03',
      'RF-04',
      'RF-05',
      'RF-06',
      'RF-09',
      'RF-10',
      'RF-11',
      'RF-12',
      'RF-16',
    ]);
  });
});

/** The faults of a file of parameters, but for what it leaves out. */
function faultsOf(text: string): string[] {
  const faults: ContentFault[] = [];
  const { program } = content;
  const files = [{ file: 'hooks/parameters.yaml', text }];
  readParameters(files, { program, brokenLibraries: noLibraries, faults });
  return faults.map(formatFault).filter((fault) => !fault.includes('has no entry'));
}

describe('hooks/parameters.yaml', () => {
  it.each([
    [
      'ExamDay: { unit: days }',
      '1:1: error: The CQL declares no Integer or Decimal parameter ExamDay with a default. Did you mean "ExamDays"?',
    ],
    [
      'ExamDays: { unit: days, max: 20 }',
      '1:1: error: The default of ExamDays, 30, is beyond its own bounds',
    ],
    ['ExamDays: {}', '1:1: error: "ExamDays": needs unit, or of'],
  ])('%s is a fault', (text, fault) => {
    expect(faultsOf(text)).toEqual([`hooks/parameters.yaml:${fault}`]);
  });

  it('has every number that the CQL declares with a default', () => {
    const faults: ContentFault[] = [];
    const { program } = content;
    readParameters(hooks, { program, brokenLibraries: noLibraries, faults });
    expect(faults.map(formatFault)).toEqual([]);
  });
});
