import type {Answer} from './answer.ts';

/** The server's clock when it answered, in whole seconds; undefined where it does not say. */
function serverMs({headers}: Answer): number | undefined {
  const ms = Date.parse(headers.date ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}

/** How old a time of the server was when it answered, by its own clock and not by ours. */
export function ageByServer(atMs: number | null | undefined, answer: Answer): number | undefined {
  const nowMs = serverMs(answer);
  return atMs == null || nowMs === undefined ? undefined : Math.max(0, nowMs - atMs);
}

/** The server wrote its Date in the middle of the request, and cut it to the second. */
export function clockAheadMs(answer: Answer): number | undefined {
  const cutMs = serverMs(answer);
  return cutMs === undefined ? undefined : Math.round(cutMs + 500 - (answer.answeredAtMs - answer.tookMs / 2));
}
