import type {IncomingHttpHeaders} from 'node:http';
import * as v from 'valibot';
import type {ProblemCode} from '../problems/index.ts';
import {Problem} from '../problems/problem.ts';
import {withoutSecrets} from '../secret-text.ts';
import {clean, oneLine} from '../text.ts';

/** What a server answered, whatever its status. */
export type Answer = {
  /** The question, to name it in a problem: "GET /api/v1/dags". */
  readonly call: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly tookMs: number;
  /** By the clock of this machine. */
  readonly answeredAtMs: number;
};

const codes: Readonly<Record<number, ProblemCode>> = {
  401: 'airflow.unauthorised',
  403: 'airflow.forbidden',
  404: 'airflow.not-found',
  407: 'airflow.proxy',
  408: 'airflow.timeout',
  409: 'airflow.conflict',
  429: 'airflow.busy',
};

const statusTexts: Readonly<Record<number, string>> = {
  500: 'HTTP 500',
  502: 'HTTP 502: a proxy answered, Airflow behind it did not',
  503: 'HTTP 503: a proxy may have answered in place of Airflow',
  504: 'HTTP 504: a proxy answered, Airflow behind it did not in time',
};

const maxDetail = 300;

const longestRetryAfterS = 3600;

/** The problem that a refusing answer means. What is `hidden` (passwords, tokens) is taken out of Airflow's words. */
export function problemOf(answer: Answer, hidden: Iterable<string> = []): Problem {
  const {status} = answer;
  if (status < 400) return new Problem('airflow.not-airflow', `${answer.call}: ${strangeness(answer)}`);
  const said = redact(saidBy(answer), hidden);
  const code = codes[status] ?? (status >= 500 ? 'airflow.failed' : 'airflow.invalid');
  const status4 = status >= 500 || said === '' ? (statusTexts[status] ?? `HTTP ${status}`) : '';
  const detail = oneLine([status4, said].filter(text => text !== '').join(': '), maxDetail);
  const retryAfterS = retryAfter(answer);
  return new Problem(code, detail, retryAfterS === undefined ? {} : {retryAfterS});
}

/**
 * The value of a good answer. Throws `airflow.not-airflow` for a page and a redirect, `airflow.unreadable` for what is
 * no JSON or has another shape, otherwise as `problemOf`.
 */
export function parsed<S extends v.GenericSchema>(
  schema: S,
  answer: Answer,
  hidden: Iterable<string> = [],
): v.InferOutput<S> {
  if (answer.status < 200 || answer.status >= 300 || isPage(answer)) throw problemOf(answer, hidden);
  const json = jsonOf(answer.text);
  if (json === undefined) {
    throw new Problem('airflow.unreadable', `${answer.call}: no JSON, or cut after ${answer.text.length} characters`);
  }
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const where = v.getDotPath(issue) ?? 'the answer';
  // Not the received value: it may be long, or secret.
  const expected = issue.expected ?? 'something else';
  throw new Problem('airflow.unreadable', oneLine(`${answer.call}: ${where} should be ${expected}`, maxDetail));
}

/** Airflow's own words in a refusal, as they are; empty when it has none. */
export function saidBy(answer: Answer): string {
  if (isPage(answer)) return '';
  const json = jsonOf(answer.text);
  if (json === undefined) return answer.text;
  return typeof json === 'object' && json !== null ? wordsOf(json) : '';
}

/** Where a redirect leads, without query and credentials; undefined when the answer is none. */
export function redirectOf(answer: Answer): string | undefined {
  const {location} = answer.headers;
  if (answer.status < 300 || answer.status >= 400 || location === undefined) return undefined;
  const url = URL.parse(location, 'http://same');
  if (url === null) return '';
  return url.host === 'same' ? url.pathname : `${url.protocol}//${url.host}${url.pathname}`;
}

function strangeness(answer: Answer): string {
  const redirect = redirectOf(answer);
  if (redirect !== undefined) return oneLine(`it redirects to ${redirect}`, 200);
  return `a page (HTTP ${answer.status}, text/html) came in place of JSON`;
}

export function isPage(answer: Answer): boolean {
  return (answer.headers['content-type'] ?? '').includes('html') || /^\s*<(!doctype|html)/i.test(answer.text);
}

/** v1: problem+json with title and detail. v2: detail as a text, as a list of {loc, msg}, or (409) as an object. Tombstones of 3.x: error. */
function wordsOf(body: {readonly detail?: unknown; readonly title?: unknown; readonly error?: unknown}): string {
  const {detail} = body;
  if (typeof detail === 'string') return detail;
  if (Array.isArray(detail)) return detail.map(issueWords).join('; ');
  if (typeof detail === 'object' && detail !== null) {
    const {reason, message} = detail as {readonly reason?: unknown; readonly message?: unknown};
    return [reason, message].filter(text => typeof text === 'string').join(': ');
  }
  return [body.title, body.error].find(text => typeof text === 'string') ?? '';
}

function issueWords(issue: {readonly loc?: unknown; readonly msg?: unknown} | string | null): string {
  if (typeof issue === 'string') return issue;
  const loc = Array.isArray(issue?.loc) ? issue.loc.join('.') : '';
  return [loc, typeof issue?.msg === 'string' ? issue.msg : ''].filter(text => text !== '').join(': ');
}

/**
 * Seconds, an hour at most (RFC 9110: a number, or a date, which is compared with the server's own clock). Undefined
 * when the answer names none.
 */
export function retryAfter({headers, answeredAtMs}: Answer): number | undefined {
  const text = headers['retry-after'];
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Math.min(Number(text), longestRetryAfterS);
  const seconds = Math.ceil((Date.parse(text) - (Date.parse(headers.date ?? '') || answeredAtMs)) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(0, seconds), longestRetryAfterS);
}

/** Cleans first: characters without width between its letters would hide a secret from the search, not from the reader. */
const redact = (text: string, hidden: Iterable<string>): string => withoutSecrets(clean(text), hidden);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
