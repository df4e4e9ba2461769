import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino, type Logger } from 'pino';
import { afterAll, beforeAll } from 'vitest';
import type { DecisionDeps } from '../../src/decision/decide.ts';
import { decideHere } from '../../src/decision/answer.ts';
import { createApp } from '../../src/http/app.ts';
import { aClient, type Client } from './server.ts';

/**
 * Serves `createApp` on a loopback socket, for cases that need a fault or a clock of
 * their own. The dependencies are asked for when the tests begin.
 */
export function useApp(deps: () => Promise<DecisionDeps>): Client & { log: () => string } {
  let port = 0;
  let log = '';
  const server = createServer();
  const keep: Logger = pino({ level: 'trace' }, { write: (line) => (log += line) });
  beforeAll(async () => {
    const options = { log: keep, bodyLimitBytes: 20 * 1024 * 1024, trustProxy: undefined };
    server.on('request', createApp({ ...options, decider: decideHere(await deps()) }));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    ({ port } = server.address() as AddressInfo); // a TCP server's address
  });
  afterAll(
    () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  );
  return { ...aClient(() => `http://127.0.0.1:${port}`), log: () => log };
}
