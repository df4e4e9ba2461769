import type { Dispatcher } from 'undici';

/** A dispatcher that knows how much all its answers held together. */
export interface CountingDispatcher {
  readonly dispatcher: Dispatcher;
  /** Bytes of the bodies so far, as they came over the wire. */
  readonly bytes: () => number;
}

/** Counts the answers that come through a dispatcher; it ends none of them. */
export function countBytes(dispatcher: Dispatcher): CountingDispatcher {
  let bytes = 0;
  const counting = dispatcher.compose((dispatch) => (options, handler) => {
    // Everything else is the handler's own business, so it stays the prototype.
    const watched = Object.create(handler) as Dispatcher.DispatchHandler; // create types it as any
    watched.onResponseData = function count(controller, chunk) {
      bytes += chunk.length;
      return handler.onResponseData?.call(this, controller, chunk);
    };
    return dispatch(options, watched);
  });
  return { dispatcher: counting, bytes: () => bytes };
}
