import {Problem} from '../problems/problem.ts';
import type {ApiAddress} from '../profile/profile.ts';
import {type Answer, problemOf} from './answer.ts';
import {type Channel, openChannel} from './channel.ts';
import {type Query, withQuery} from './path.ts';
import type {OnRequest, RequestBegun, RequestEnded} from './request.ts';
import {abortError, Turns} from './turns.ts';
import {unanswered} from './unanswered.ts';

export type Call = {
  /** Default: GET. */
  readonly method?: 'GET' | 'POST' | 'PATCH';
  /** After the address of the profile, encoded: made by `path`. */
  readonly path: string;
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: {readonly json: unknown} | {readonly form: Readonly<Record<string, string>>};
  /** It changes nothing, though it is no GET: a login, whose body nobody may see, or a question. */
  readonly only?: RequestBegun['only'];
};

/** Of a decoded body: more than any list has, and little enough to hold in memory. */
const maxBytes = 64 * 1024 * 1024;

export type HttpOptions = {
  readonly onRequest?: OnRequest;
};

/** One Airflow over HTTP. Knows nothing of logins; never repeats a request, never follows a redirect. */
export class Http {
  readonly #address: ApiAddress;
  readonly #onRequest: OnRequest;
  // More than four at once make an Airflow 2 no faster: a web worker answers one after the other.
  readonly #turns = new Turns(4);
  #channel: Promise<Channel> | undefined;
  #lastTookMs: number | undefined;

  constructor(address: ApiAddress, options: HttpOptions = {}) {
    this.#address = address;
    this.#onRequest = options.onRequest ?? (() => () => {});
  }

  /** How long the last answer took. */
  get lastTookMs(): number | undefined {
    return this.#lastTookMs;
  }

  /**
   * Any answer, whatever its status. Throws `airflow.unreachable` and `airflow.timeout` when none comes,
   * `airflow.unreadable` when it is larger than 64 MiB, an `AbortError` when the signal says so.
   */
  async send(call: Call, signal?: AbortSignal): Promise<Answer> {
    const base = baseOf(this.#address.url);
    const {method = 'GET'} = call;
    const target = `${base.pathname.replace(/\/+$/, '')}${withQuery(call.path, call.query)}`;
    const url = `${base.origin}${target}`;
    this.#channel ??= openChannel(this.#address);
    const {got, keeping, once, https} = await this.#channel.catch(error => {
      this.#channel = undefined;
      throw error;
    });
    const end = await this.#turns.take(signal);
    const atMs = Date.now();
    const startedAt = performance.now();
    const ended = this.#onRequest({method, url, atMs, login: loginOf(call), ...recorded(call)});
    const record = (outcome: Omit<RequestEnded, 'tookMs'>) =>
      ended({tookMs: Math.round(performance.now() - startedAt), ...outcome});
    const tooLarge = new AbortController();
    try {
      const request = got.default(url, {
        method,
        ...bodyOf(call),
        https,
        // A connection that is used again may just have been closed, and nobody can tell whether a POST had been read.
        agent: method === 'GET' ? keeping : once(),
        retry: {limit: 0},
        followRedirect: false,
        throwHttpErrors: false,
        responseType: 'text',
        timeout: {request: this.#address.timeoutMs},
        signal: signal ? AbortSignal.any([signal, tooLarge.signal]) : tooLarge.signal,
      });
      // Counts what is decoded: a small gzip can hold any length.
      request.on('downloadProgress', ({transferred}) => {
        if (transferred > maxBytes) tooLarge.abort();
      });
      const response = await request;
      const tookMs = Math.round(performance.now() - startedAt);
      this.#lastTookMs = tookMs;
      const {statusCode: status, headers, body: text} = response;
      const answer = {call: `${method} ${call.path}`, status, headers, text, tookMs, answeredAtMs: Date.now()};
      record({
        status,
        bytes: response.rawBody.byteLength,
        ...(status >= 400 ? {problem: problemOf(answer)} : {}),
      });
      return answer;
    } catch (error) {
      if (signal?.aborted) {
        record({});
        throw abortError();
      }
      if (!(error instanceof got.RequestError)) throw error;
      const problem = tooLarge.signal.aborted
        ? new Problem('airflow.unreadable', 'the answer is larger than 64 MiB')
        : unanswered({code: error.code, message: error.message}, where(base, this.#address), this.#address.timeoutMs);
      record({problem});
      throw problem;
    } finally {
      end();
    }
  }
}

function loginOf({headers = {}}: Call): RequestBegun['login'] {
  if (headers.cookie !== undefined) return 'session';
  if (headers.authorization === undefined) return 'none';
  return /^basic /i.test(headers.authorization) ? 'basic' : 'bearer';
}

function recorded({only, body}: Call): Pick<RequestBegun, 'only' | 'body'> {
  const shown = body !== undefined && 'json' in body && only !== 'login';
  return {...(only === undefined ? {} : {only}), ...(shown ? {body: JSON.stringify(body.json)} : {})};
}

function bodyOf({body, headers}: Call): {headers: Record<string, string>; body?: string} {
  const all = {accept: 'application/json', 'user-agent': 'windsock', ...headers};
  if (body === undefined) return {headers: all};
  if ('json' in body) return {headers: {...all, 'content-type': 'application/json'}, body: JSON.stringify(body.json)};
  return {
    headers: {...all, 'content-type': 'application/x-www-form-urlencoded'},
    body: new URLSearchParams(body.form).toString(),
  };
}

/** Without credentials, which got would send and name in its errors. */
export function baseOf(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new Problem('profile.invalid', 'api is no http(s) address');
  url.username = '';
  url.password = '';
  return url;
}

/** Whom a request was sent to: a failure may be the proxy's. */
function where({host}: URL, {proxy}: ApiAddress): string {
  return proxy ? `${host} by the proxy ${new URL(proxy.url).host}` : host;
}
