import { describe, expect, it } from 'vitest';
import { deniedInLists } from '../../src/reading/denied-lists.ts';

describe('what is denied of a list', () => {
  it.each([
    ['no cough, rash or fever', 'no cough, no rash or no fever'],
    ['denies cough, rash, or fever', 'denies cough, denies rash, denies or denies fever'],
    ['denies: cough, rash, fever', 'no cough, no rash, no fever'],
    ['negative for: cough, rash', 'no cough, no rash'],
    ['red flags: none (cough, rash)', 'red flags: no cough, no rash)'],
    ['patient denies cough, rash, fever', 'patient denies cough, denies rash, denies fever'],
    ['denies: cough, rash. fever', 'no cough, no rash. fever'],
  ])('is denied of each: %j', (text, read) => {
    expect(deniedInLists(text).replaceAll(/ +/g, ' ').trim()).toBe(read);
  });

  it.each([
    'cough, rash or fever',
    'no cough',
    'no cough, rash',
    'no cough, rash, fever',
    'denies cough, rash',
    'no cough, rash since yesterday or fever',
    'denies cough, has rash, has fever',
    'denies cough, rash, fever now',
    'no cough, but rash or fever',
    'no cough, tumour at l2',
    'no cough; rash, fever or pain',
    'no cough. rash, fever or pain',
  ])('is of nothing else: %j', (text) => {
    expect(deniedInLists(text)).toBe(text);
  });

  it.each([
    ['denies: cough, has rash, fever', 'no cough, has rash, fever'],
    ['denies: cough, rash 2 days, fever', 'no cough, rash 2 days, fever'],
    ['no: cough; rash', 'no cough; rash'],
  ])('ends where something else begins: %j', (text, read) => {
    expect(deniedInLists(text).replaceAll(/ +/g, ' ').trim()).toBe(read);
  });
});
