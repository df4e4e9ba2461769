import type { RequestHandler } from 'express';
import type { CallerRecord } from '../decision/answer.ts';
import { NerverootError } from '../errors.ts';

/** One counter: its name, what it counts, and a number for each set of labels. */
class Counter {
  readonly #name: string;
  readonly #help: string;
  readonly #counts = new Map<string, number>();

  constructor(name: string, help: string) {
    this.#name = name;
    this.#help = help;
  }

  add(labels: Readonly<Record<string, string>>): void {
    const written = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
    const key = `{${written.join(',')}}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
  toString(): string {
    const lines = [...this.#counts].map(([labels, count]) => `${this.#name}${labels} ${count}`);
    return [
      `# HELP ${this.#name} ${this.#help}`,
      `# TYPE ${this.#name} counter`,
      ...lines.toSorted(),
    ].join('\n');
  }
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** Whoever no entry of the clients names: addresses come from outside, and are no labels. */
const OTHER = 'other';

/**
 * What the operator of a client may want to watch: how many calls were answered, and in how many of
 * them which key did not come and was not read. As many numbers as there are clients configured,
 * services and their keys; nothing of a patient.
 */
export class Metrics {
  readonly #calls = new Counter('nerveroot_calls_total', 'Calls that were answered.');
  readonly #notSent = new Counter(
    'nerveroot_keys_not_sent_total',
    'Calls answered without this prefetch key, which did not come and was not read.',
  );

  count({ address, isKnown, service, notSent }: CallerRecord): void {
    const client = isKnown && address !== undefined ? address : OTHER;
    this.#calls.add({ client, service });
    for (const key of new Set(notSent)) this.#notSent.add({ client, service, key });
  }

  toString(): string {
    return `${String(this.#calls)}\n${String(this.#notSent)}\n`;
  }
}

/** Shows the numbers to this machine; to everybody else it is as if there were none. */
export function showMetrics(
  metrics: Metrics,
  isOwn: (address: string | undefined) => boolean,
  proxyDeclared: boolean,
): RequestHandler {
  return ({ ip, headers }, response) => {
    // Whom a proxy that nobody declared speaks for is not known.
    const isForwarded = !proxyDeclared && FORWARDED.some((name) => headers[name] !== undefined);
    if (isForwarded || !isOwn(ip)) {
      throw new NerverootError(
        'NotFound',
        'The numbers of /metrics are shown to this machine only',
      );
    }
    response.type('text/plain; version=0.0.4').send(String(metrics));
  };
}

const FORWARDED = ['x-forwarded-for', 'x-forwarded-proto', 'forwarded', 'via'];
