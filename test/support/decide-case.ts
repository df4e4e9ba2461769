import type { Content } from '../../src/content/content.ts';
import { decide, type DecisionResult } from '../../src/decision/decide.ts';
import type { RuleCase } from '../../src/rule-tests/load-cases.ts';
import { composeCase } from '../../src/rule-tests/run-case.ts';
import { aSite } from './site.ts';

/** Calls the service of a rule case, with its prefetch bent before it is sent. */
export function decideCase(
  ruleCase: RuleCase,
  content: Content,
  bend: (prefetch: Record<string, unknown>) => void = () => {},
): Promise<DecisionResult> {
  const { serviceId, body, now, timeZone } = composeCase(ruleCase, content);
  bend(body['prefetch'] as Record<string, unknown>); // what composeRequest makes
  return decide(serviceId, body, {
    content: { current: async () => content },
    clock: () => now,
    newId: () => '00000000-0000-4000-8000-000000000000',
    siteOf: () => aSite(timeZone),
  });
}
