import { SaxesParser } from 'saxes';
import { expect, it } from 'vitest';
import { writeJUnit } from '../../src/rule-tests/junit.ts';
import type { CaseResult, Difference } from '../../src/rule-tests/run-case.ts';
import { aCase } from '../support/rule-case.ts';

function aResult(file: string, title: string, differences: readonly Difference[] = []): CaseResult {
  return {
    case: { ...aCase({ title }), file },
    differences,
    milliseconds: 12,
    decision: undefined,
  };
}

const DIFFERENCE = { what: 'cards', expected: 'RX-01', got: 'no card' };

it('writes a suite for each rule, with counts', () => {
  const results = [
    aResult('rules/RX-01/a.yaml', 'One'),
    aResult('rules/RX-02/b.yaml', 'Two'),
    aResult('rules/RX-01/c.yaml', 'Three', [DIFFERENCE]),
  ];
  expect(writeJUnit(results)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="rules/RX-01" tests="2" failures="1">
    <testcase classname="rules/RX-01/a.yaml" name="One" time="0.012"/>
    <testcase classname="rules/RX-01/c.yaml" name="Three" time="0.012">
      <failure message="cards: expected RX-01, got no card">cards: expected RX-01, got no card</failure>
    </testcase>
  </testsuite>
  <testsuite name="rules/RX-02" tests="1" failures="0">
    <testcase classname="rules/RX-02/b.yaml" name="Two" time="0.012"/>
  </testsuite>
</testsuites>
`);
});

it('writes a report of no case', () => {
  expect(writeJUnit([])).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n</testsuites>\n',
  );
});

it('writes XML that is well formed and says what was said, whatever the texts hold', () => {
  const title = `<b> & "quotes" ]]> \u0000\uFFFF 😀 é`;
  const failures: string[] = [];
  const names: (string | undefined)[] = [];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'testcase') names.push(attributes['name']);
    if (name === 'failure') failures.push(attributes['message'] ?? '');
  });
  const xml = writeJUnit([aResult('rules/a.yaml', title, [{ ...DIFFERENCE, got: title }])]);
  parser.write(xml).close();
  expect(names).toEqual(['<b> & "quotes" ]]>    😀 é']);
  expect(failures).toEqual([`cards: expected RX-01, got ${names[0]}`]);
});
