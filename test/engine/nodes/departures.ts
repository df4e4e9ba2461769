/** An expression, and what both engines make of it at a site whose clocks are five and a half hours ahead. */
export interface Departure {
  readonly cql: string;
  readonly compiled: string;
  readonly interpreted: string;
}

const OF_THE_MACHINE = -new Date(2026, 2, 10).getTimezoneOffset() / 60;

/** Where cql-execution departs from CQL, and compiled code, which is right there, from cql-execution. */
export const DEPARTURES: Readonly<Record<string, readonly Departure[]>> = {
  'an offset of the site that is no whole hour is kept': [
    {
      cql: 'timezoneoffset from @2026-03-10T23:30:00.0',
      compiled: 'number 5.5',
      interpreted: 'number 5',
    },
  ],
  'a text without an offset has that of the site, and not of the machine': [
    {
      cql: "timezoneoffset from ToDateTime('2026-03-10T10:30')",
      compiled: 'number 5.5',
      interpreted: `number ${OF_THE_MACHINE}`,
    },
    {
      cql: "timezoneoffset from ToDateTime('2026-03-10')",
      compiled: 'number 5.5',
      interpreted: `number ${OF_THE_MACHINE}`,
    },
  ],
  'a parameter that has no value is null': [
    {
      cql: '"Neither Given Nor Default" is null',
      compiled: 'boolean true',
      interpreted: 'boolean false',
    },
  ],
  'a name means what is nearest, though that is unknown': [
    { cql: 'SameOfNothing(1)', compiled: 'null', interpreted: 'number 1' },
    {
      cql: '({ 7 }) X return all (({ (1) Y where Y > 2 }) X return all X)',
      compiled: '[[null]]',
      interpreted: '[[number 7]]',
    },
  ],
  'a value is not of a type of the system that it is not of': [
    { cql: 'First({ 1, "Dry" }) is Code', compiled: 'boolean false', interpreted: 'null' },
    { cql: 'First({ 0, "Dry" }) is Code', compiled: 'boolean false', interpreted: 'number 0' },
    {
      cql: '(First({ 1, "Dry" }) is Code) and true',
      compiled: 'boolean false',
      interpreted: 'boolean true',
    },
    {
      cql: '(First({ 1, Interval[1, 2] })) is Interval<Integer>',
      compiled: 'boolean false',
      interpreted: 'null',
    },
  ],
};
