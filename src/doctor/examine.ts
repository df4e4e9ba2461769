import type { CdsService, Content } from '../content/content.ts';
import { requiredOf } from '../decision/decide.ts';
import type { FhirAccess, OpenFhirReader, Exchange } from '../fhir/client.ts';
import { readMetadata, type Metadata } from './metadata.ts';
import {
  isGood,
  lookWider,
  trySearch,
  type Attempt,
  type Need,
  type TriedSearch,
  type TryDeps,
} from './try-search.ts';
import { searchesOf } from '../patient-data/requirements.ts';
import type { Site } from '../site.ts';

/** The server to look into, and as whom. */
export interface ExaminedServer extends FhirAccess {
  /** Without it nobody's data are asked for. */
  readonly patientId: string | undefined;
}

/** What an examination needs from outside. */
export interface ExamineDeps {
  readonly content: Content;
  readonly site: Site;
  readonly open: OpenFhirReader;
  readonly now: () => Date;
  readonly newId: () => string;
  /** Milliseconds that all reads of one call may take together. */
  readonly budgetMs: number;
  /** Milliseconds after which the reads of one service are given up here. */
  readonly limitMs: number;
}

/** What a server says, what it does, and what calls would therefore answer. */
export interface Examination {
  readonly server: ExaminedServer;
  readonly budgetMs: number;
  readonly metadata: Metadata;
  readonly searches: readonly TriedSearch[];
  readonly outlooks: readonly Outlook[];
  /** What this site sets below the floor of the content, a line each. */
  readonly siteChanges: readonly string[];
}

/** What a service would answer, with that server and nothing by prefetch. */
export interface Outlook {
  readonly service: Pick<CdsService, 'id' | 'hook'>;
  /** *misled*: it would take for absent what the server holds. */
  readonly answer: 'cards' | 'not checked' | '412' | 'misled';
  /** The keys that it could not rely on; of an answer 412 those without which there is no other. */
  readonly lacking: readonly string[];
  /** Titles of what might stay undecided for it. */
  readonly undecided: readonly string[];
}

/**
 * Asks a server for its metadata and for everything the services would ask for: each
 * service's reads at once, as a call has them. Without a patient the searches are
 * made for an id that no patient has. Never rejects for what a server does.
 */
export async function examine(server: ExaminedServer, deps: ExamineDeps): Promise<Examination> {
  const { content, budgetMs } = deps;
  const exchanges: Exchange[] = [];
  const limits = { signal: AbortSignal.timeout(deps.limitMs), maxPages: 1 };
  const reader = deps.open(server, limits, (exchange) => exchanges.push(exchange));
  const metadata = await readMetadata(reader, exchanges, deps.now);
  const searches =
    metadata.state === 'unreachable'
      ? []
      : await trySearches(needsOf(content, deps.site), server, deps);
  const outlooks =
    searches.length === 0
      ? []
      : content.services.map((service) => outlookOf(service, deps.site, searches));
  const siteChanges = content.sites.get(deps.site.client ?? '')?.changed ?? [];
  return { server, budgetMs, metadata, searches, outlooks, siteChanges };
}

/** What the services need of what the site keeps, each read or search once. */
function needsOf({ services }: Content, site: Site): Need[] {
  const needs = new Map<string, Need>();
  for (const service of services) {
    for (const requirement of service.requirements.flatMap(searchesOf)) {
      const { resourceType } = requirement;
      const isRequired = requiredOf(service, site).includes(resourceType);
      if (site.without.includes(resourceType) && !isRequired) continue;
      const id = `${requirement.key} ${requirement.template}`;
      const others = needs.get(id)?.services ?? [];
      needs.set(id, { requirement, services: [...others, service] });
    }
  }
  return [...needs.values()];
}

/** The wider looks come last, so that they slow nothing that is measured. */
async function trySearches(
  needs: readonly Need[],
  server: ExaminedServer,
  deps: ExamineDeps,
): Promise<TriedSearch[]> {
  const patientId = server.patientId ?? deps.newId();
  const withLimit = (): TryDeps => ({
    ...deps,
    server,
    patientId,
    signal: AbortSignal.timeout(deps.limitMs),
  });
  const attempts = new Map<Need, Attempt>();
  for (const service of deps.content.services) {
    const open = needs.filter((need) => need.services.includes(service) && !attempts.has(need));
    const limited = withLimit();
    const made = await Promise.all(open.map(async (need) => trySearch(need, limited)));
    for (const attempt of made) attempts.set(attempt.search.need, attempt);
  }
  const inOrder = needs.flatMap((need) => attempts.get(need) ?? []);
  const limited = withLimit();
  return Promise.all(inOrder.map(async (attempt) => lookWider(attempt, limited)));
}

function outlookOf(service: CdsService, site: Site, searches: readonly TriedSearch[]): Outlook {
  const bad = searches.filter(
    (search) => search.need.services.includes(service) && !isGood(search),
  );
  const misleading = bad.filter(({ outcome }) => outcome === 'leaves-out');
  const types = bad.map(({ need }) => need.requirement.resourceType);
  const undecided = service.decisions
    .filter(({ sources }) => types.some((type) => sources.has(type)))
    .map(({ title }) => title);
  const required = requiredOf(service, site);
  const missing = bad.filter(
    (search) =>
      !misleading.includes(search) && required.includes(search.need.requirement.resourceType),
  );
  const answer = (): Outlook['answer'] => {
    if (missing.length > 0) return '412';
    if (misleading.length > 0) return 'misled';
    return bad.length > 0 ? 'not checked' : 'cards';
  };
  return {
    service: { id: service.id, hook: service.hook },
    answer: answer(),
    lacking: (missing.length > 0 ? missing : bad).map(({ need }) => need.requirement.key),
    undecided,
  };
}
