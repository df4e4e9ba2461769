import type { Content } from '../../src/content/content.ts';
import { decide, type DecisionResult } from '../../src/decision/decide.ts';
import type { RuleCase } from '../../src/rule-tests/load-cases.ts';
import { composeCase } from '../../src/rule-tests/run-case.ts';
import type { Site } from '../../src/site.ts';
import { aSite } from './site.ts';

/** What is sent with a call. */
export type Prefetch = Readonly<Record<string, unknown>>;

/** What the call of a rule case sends, and how its service decides on that, or on something else in its place. */
export function callOfCase(ruleCase: RuleCase, content: Content, site: Partial<Site> = {}) {
  const { serviceId, body, now, timeZone } = composeCase(ruleCase, content);
  const decideOn = (prefetch: Prefetch): Promise<DecisionResult> =>
    decide(
      serviceId,
      { ...body, prefetch },
      {
        content: { current: async () => content },
        clock: () => now,
        newId: () => '00000000-0000-4000-8000-000000000000',
        siteOf: () => aSite(timeZone, site),
      },
    );
  return { sent: body['prefetch'] as Record<string, unknown>, decideOn }; // what composeRequest makes
}

/** Calls the service of a rule case, with its prefetch bent before it is sent. */
export function decideCase(
  ruleCase: RuleCase,
  content: Content,
  bend: (prefetch: Record<string, unknown>) => void = () => {},
): Promise<DecisionResult> {
  const { sent, decideOn } = callOfCase(ruleCase, content);
  bend(sent);
  return decideOn(sent);
}
