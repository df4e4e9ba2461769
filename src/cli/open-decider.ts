import type { Logger } from 'pino';
import type { ToldBasis } from '../basis/told.ts';
import { siteFiles, type Config } from '../config.ts';
import { formatFault, type ContentFault } from '../content/fault.ts';
import { lookAt } from '../content/read-files.ts';
import {
  openFixedContent,
  openLiveContent,
  type ContentSource,
  type Load,
} from '../content/source.ts';
import { readTexts } from '../content/texts.ts';
import type { Decider } from '../decision/answer.ts';
import type { Offer } from '../decision/discover.ts';
import { failureOf } from '../decision/error-response.ts';
import { NerverootError } from '../errors.ts';
import { WorkerPool } from '../workers/pool.ts';
import { holdShared } from '../workers/shared.ts';
import type { World } from './world.ts';

/** What `serve` lets decide. */
export interface OpenDecider extends Decider {
  /** What the rules of the content in force rest on. */
  readonly basis: () => Promise<ToldBasis>;
  /** Ends what runs beside the main thread. */
  readonly close: () => Promise<void>;
}

interface Given {
  /** The content folder. */
  readonly root: string;
  /** FHIR servers that may be read, asked at each call. */
  readonly fhirServers: () => readonly string[];
  readonly log: Logger;
}

/**
 * Opens the content, and who decides by it: worker threads, or this one when there are to
 * be none. Throws InvalidContent naming every fault, and InvalidConfiguration.
 */
export async function openDecider(
  world: World,
  config: Config,
  given: Given,
): Promise<OpenDecider> {
  await refuseUnknownTypes(config, world);
  return config.workers === 0 ? openHere(world, config, given) : openPool(world, config, given);
}

// The main thread loads what decides only where it decides itself: with workers it is small.

async function openHere(world: World, config: Config, given: Given): Promise<OpenDecider> {
  const { loadContent } = await import('../content/load.ts');
  const { decideHere } = await import('../decision/answer.ts');
  const { depsOf } = await import('../workers/deps.ts');
  const load = () => loadContent(given.root, world.compiler(), siteFiles(config));
  const content = await openContent(load, { world, config, root: given.root });
  const { clock, newId } = world;
  const decider = decideHere({ ...depsOf(config, { ...given, clock, newId }), content });
  const basis = tellOnce(
    () => decider.offer(),
    async () => (await import('../basis/told.ts')).tellBasis(await content.current()),
  );
  return { ...decider, basis, close: async () => {} };
}

/** The threads have the content, and the main thread what it offers. */
async function openPool(world: World, config: Config, given: Given): Promise<OpenDecider> {
  const { root, fhirServers, log } = given;
  const pool = new WorkerPool({
    file: world.workerFile,
    config,
    fhirServers,
    shared: holdShared(world.compile),
    onLoss: (error) => {
      const { where } = failureOf(error);
      const why = error.cause instanceof NerverootError ? error.cause.message : undefined;
      log.error({ where, why }, 'A worker ended by itself; another takes its place');
    },
  });
  try {
    const load = async () => pool.load(await readTexts(root, siteFiles(config)));
    const offer = await openContent(load, { world, config, root });
    return {
      offer: () => offer.current(),
      async answer(call) {
        try {
          await offer.current(); // a saved file is in force for this very call
        } catch (error) {
          return { failure: failureOf(error) };
        }
        return pool.answer(call);
      },
      basis: tellOnce(
        () => offer.current(),
        () => pool.tellBasis(),
      ),
      close: () => pool.close(),
    };
  } catch (error) {
    await pool.close();
    throw error;
  }
}

/** Tells once for each version of the content; whoever asks meanwhile waits for the same. */
function tellOnce(
  offer: () => Promise<Offer>,
  tell: () => Promise<ToldBasis>,
): () => Promise<ToldBasis> {
  let told: { readonly version: string; readonly basis: Promise<ToldBasis> } | undefined;
  return async () => {
    const { version } = await offer();
    if (told?.version === version) return told.basis;
    const basis = tell();
    told = { version, basis };
    basis.catch(() => {
      if (told?.basis === basis) told = undefined; // the next to ask tries again
    });
    return basis;
  };
}

function openContent<T extends object>(
  load: Load<T>,
  { world, config, root }: { world: World; config: Config; root: string },
): Promise<ContentSource<T>> {
  if (!config.reload) return openFixedContent(load);
  const report = (faults: readonly ContentFault[]): void => {
    for (const fault of faults) world.err(formatFault(fault));
    const broken = faults.some(({ severity }) => severity === 'error');
    world.err(
      broken ? 'Content not reloaded: the last good content goes on serving.' : 'Content reloaded.',
    );
  };
  return openLiveContent(load, lookAt(root, siteFiles(config)), report);
}

/** A misspelt type would be asked for at every call, and reported as missing. */
async function refuseUnknownTypes({ clients, site }: Config, world: World): Promise<void> {
  const without = [...clients, site].flatMap((one) => one.without);
  if (without.length === 0) return;
  const { FhirModel } = await import('../engine/fhir-model.ts');
  const model = new FhirModel(world.compiler().model);
  const unknown = without.find((type) => !model.isResourceType(type));
  if (unknown === undefined) return;
  const message = `FHIR R4 has no resource type ${unknown}, which NERVEROOT_WITHOUT or "without" of a client names`;
  throw new NerverootError('InvalidConfiguration', message);
}
