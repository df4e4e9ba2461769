import { siteOf, type Config } from '../config.ts';
import type { DecisionDeps } from '../decision/decide.ts';
import { openReaders } from '../decision/fhir-access.ts';
import { connectLater } from '../fhir/connect-later.ts';

/** What every thread gives a decision, but for the content: the same wherever it is made. */
export function depsOf(
  config: Config,
  given: Pick<DecisionDeps, 'clock' | 'newId'> & {
    /** FHIR servers that may be read, asked at each call. */
    readonly fhirServers: () => readonly string[];
  },
): Omit<DecisionDeps, 'content'> {
  const { fhirServers, ...deps } = given;
  const connect = connectLater(config.bodyLimitBytes, { atOnce: config.fhirServers.length > 0 });
  return {
    ...deps,
    publicUrl: config.publicUrl,
    mostSteps: config.mostSteps,
    siteOf: (request) => siteOf(config, request.fhirServer),
    readerFor: openReaders(connect, {
      allowed: fhirServers,
      budgetMs: config.fhirBudgetMs,
      totalsOf: (fhirServer) => siteOf(config, fhirServer).totals,
    }),
  };
}
