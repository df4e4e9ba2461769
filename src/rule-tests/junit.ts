import { dirname } from 'node:path';
import type { CaseResult } from './run-case.ts';

/** A JUnit XML report, one suite a rule, as CI systems read it. */
export function writeJUnit(results: readonly CaseResult[]): string {
  const suites = Map.groupBy(results, ({ case: { file } }) => dirname(file));
  const body = [...suites].map(([name, cases]) => {
    const failed = cases.filter(({ differences }) => differences.length > 0).length;
    return [
      `  <testsuite name="${escapeXml(name)}" tests="${cases.length}" failures="${failed}">`,
      ...cases.map(writeCase),
      '  </testsuite>',
    ].join('\n');
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    ...body,
    '</testsuites>',
    '',
  ].join('\n');
}

function writeCase({ case: { file, written }, differences, milliseconds }: CaseResult): string {
  const seconds = (milliseconds / 1000).toFixed(3);
  const open = `    <testcase classname="${escapeXml(file)}" name="${escapeXml(written.title)}" time="${seconds}"`;
  if (differences.length === 0) return `${open}/>`;
  const text = differences.map(
    ({ what, expected, got }) => `${what}: expected ${expected}, got ${got}`,
  );
  const message = escapeXml(text.join('; '));
  return `${open}>\n      <failure message="${message}">${message}</failure>\n    </testcase>`;
}

function escapeXml(text: string): string {
  return (
    text
      // Characters that XML 1.0 cannot hold at all.
      .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, ' ')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}
