import { describe, expect, it } from 'vitest';
import { Days } from '../../src/reading/days.ts';

const TODAY = '2026-03-10';
const days = new Days('1975-03-03', TODAY);

describe('a day that stands for none', () => {
  it.each([
    ['the first that .NET has', '0001-01-01T00:00:00Z'],
    ['the first of a database', '1753-01-01'],
    ['a year that lost its first digits', '0026-03-09'],
    ['the beginning of a century', '1900-01-01'],
    ['that year alone', '1900'],
    ['that month alone', '1900-01'],
    ['the beginning of clocks', '1970-01-01'],
    ['that moment', '1970-01-01T00:00:00.000Z'],
    ['that moment in New York', '1969-12-31T19:00:00-05:00'],
    ['long before the birth', '1974-03-02'],
  ])('is %s', (_what, day) => {
    expect(days.isNone(day)).toBe(true);
  });

  it.each([
    ['the day of the birth', '1975-03-03'],
    ['a day before it', '1974-09-01'],
    ['the year before it', '1974'],
    ['a month of that', '1974-03'],
    ['yesterday', '2026-03-09'],
    ['a day to come', '2031-01-01'],
    ['no day', undefined],
    ['a number', 0],
  ])('is not %s', (_what, day) => {
    expect(days.isNone(day)).toBe(false);
  });

  it('is judged by the age of the oldest where no birth is known', () => {
    const unknown = new Days(undefined, TODAY);
    expect(unknown.isNone('1901-03-09')).toBe(true);
    expect(unknown.isNone('1901-03-10')).toBe(false);
    expect(unknown.isNone('1970-01-01')).toBe(true);
    expect(unknown.isNone('1970-01-02')).toBe(false);
  });

  it.each([
    ['a year', '1975', '1973', '1974'],
    ['a month', '1975-03', '1974-02', '1974-03'],
  ])('is judged by a birth date that is %s alone', (_what, birth, before, within) => {
    const known = new Days(birth, TODAY);
    expect(known.isNone(before)).toBe(true);
    expect(known.isNone(`${before}-01`)).toBe(true);
    expect(known.isNone(within)).toBe(false);
    expect(known.isNone(`${within}-01`)).toBe(false);
  });
});

describe('a resource is read', () => {
  it('without such days, and with those beside them', () => {
    const read = days.read({
      resourceType: 'Condition',
      onsetDateTime: '0001-01-01',
      recordedDate: '2026-03-09',
    });
    expect(read).toEqual({ resourceType: 'Condition', recordedDate: '2026-03-09' });
  });

  it.each([
    [{ start: '0001-01-01', end: '2026-03-09' }, { end: '2026-03-09' }],
    [{ start: '2026-03-09', end: '0001-01-01' }, { start: '2026-03-09' }],
    [{ start: '0001-01-01', end: '0001-01-01' }, undefined],
    [{ start: '0001-01-01' }, undefined],
  ])('with what is left of a period: %j', (period, left) => {
    const read = days.read({ resourceType: 'Procedure', performedPeriod: period });
    expect(read['performedPeriod']).toEqual(left);
  });

  it('as the same object where there are none', () => {
    const resource = { resourceType: 'Observation', effectiveDateTime: '2026-03-09', issued: null };
    expect(days.read(resource)).toBe(resource);
  });
});
