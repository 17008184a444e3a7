import type {ProblemCode} from '../problems/index.ts';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';

const socketFailures: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  ECONNREFUSED: ['host.unreachable', 'nothing listens there (connection refused)'],
  ENOTFOUND: ['host.unreachable', 'the name is not known'],
  EAI_AGAIN: ['host.unreachable', 'the name server does not answer'],
  EHOSTUNREACH: ['host.unreachable', 'no route to the host'],
  ENETUNREACH: ['host.unreachable', 'no route to its network'],
  ECONNRESET: ['host.unreachable', 'it hung up'],
  EPIPE: ['host.unreachable', 'it hung up'],
  ETIMEDOUT: ['host.timeout', 'no answer'],
};

/** What ssh2 says about a connection that did not come up, as a problem. Its error is left behind. */
export function asConnectProblem(
  error: Error & {readonly level?: string; readonly code?: unknown},
  {host, port}: {readonly host: string; readonly port: number},
): Problem {
  const [code, reason] = socketFailures[socketCode(error)] ?? [];
  if (code) return new Problem(code, `${host}:${port}: ${reason}`);
  const detail = oneLine(`${host}:${port}: ${error.message}`, 300);
  return new Problem(error.level === 'client-timeout' ? 'host.timeout' : 'host.unreachable', detail);
}

function socketCode(error: Error & {readonly code?: unknown}): string {
  // Node tries all addresses of a name and gives their errors together.
  const [first] = error instanceof AggregateError ? error.errors : [];
  return String(first?.code ?? error.code ?? '');
}
