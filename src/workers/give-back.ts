import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** So long after content was loaded, what a start needed is no longer in use. */
const REST_MILLISECONDS = 10_000;

/**
 * Has this thread give back, once, the memory that only its start needed: V8 keeps room for as much
 * again, and a thread that does little never comes to return it by itself.
 */
export function giveBackLater(): void {
  setTimeout(() => {
    setFlagsFromString('--expose-gc'); // in contexts made from now on
    const collect = runInNewContext('gc') as NodeJS.GCFunction;
    // An ordinary collection keeps the pages for what comes next.
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  }, REST_MILLISECONDS).unref();
}
