import {isDeepStrictEqual} from 'node:util';
import type * as v from 'valibot';
import {Problem} from '../problems/problem.ts';
import type {Login} from '../profile/profile.ts';
import {type Answer, parsed, problemOf, redirectOf, saidBy} from './answer.ts';
import type {Call, Http} from './http.ts';
import type {Admission, Ticket} from './login.ts';
import {isLoginPath} from './login-form.ts';
import {clockAheadMs} from './server-clock.ts';
import type {WantedPause} from './wanted-pause.ts';

type Read<S extends v.GenericSchema> = {readonly value: v.InferOutput<S>; readonly answer: Answer};

/** How one Airflow is asked. */
export type ClientOptions = {
  readonly login: Login;
  /** Undefined where nothing is sent with a request. */
  readonly admission: Admission | undefined;
  /** What must never be shown: passwords, tokens. */
  readonly hidden: Iterable<string>;
  readonly pause: WantedPause;
  /** Hears of each refusal, to notice that the server is no longer the same. */
  readonly onProblem?: (problem: Problem) => void;
};

/** Asks Airflow as the user of the profile, and reads what it answers. */
export class Client {
  /** Whom the profile logs in by a password; undefined with a token or without a login. */
  readonly user: string | undefined;
  readonly #http: Http;
  readonly #options: ClientOptions;
  #isGated = false;
  #clockAheadMs = 0;

  constructor(http: Http, options: ClientOptions) {
    const {login} = options;
    this.user = login.kind === 'password' ? login.user : undefined;
    this.#http = http;
    this.#options = options;
  }

  /** How far the server's clock is ahead of this machine's, by its last answer; 0 before the first. */
  get clockAheadMs(): number {
    return this.#clockAheadMs;
  }

  /**
   * Asks with the login of the profile. An answer that says that the login has expired makes it log in again and ask
   * once more: that request had no effect.
   */
  async ask<S extends v.GenericSchema>(schema: S, call: Call, signal?: AbortSignal): Promise<v.InferOutput<S>> {
    return (await this.askDated(schema, call, signal)).value;
  }

  /** As `ask`, with the answer itself: its Date header is the clock of the server. */
  async askDated<S extends v.GenericSchema>(schema: S, call: Call, signal?: AbortSignal): Promise<Read<S>> {
    return this.#noticing(async () => {
      const answer = await this.answer(call, signal);
      return {value: this.#read(schema, answer), answer};
    });
  }

  /** Asks for what Airflow tells everybody. */
  async askFreely<S extends v.GenericSchema>(schema: S, call: Call, signal?: AbortSignal): Promise<Read<S>> {
    return this.#noticing(async () => {
      const answer = await this.answerFreely(call, signal);
      return {value: this.#read(schema, answer), answer};
    });
  }

  /** Asks without any login. */
  async askOpenly<S extends v.GenericSchema>(schema: S, call: Call, signal?: AbortSignal): Promise<Read<S>> {
    return this.#noticing(async () => {
      const answer = await this.#http.send(call, signal);
      return {value: this.#read(schema, answer), answer};
    });
  }

  /** Sends without any login; whatever comes is the answer. */
  async send(call: Call, signal?: AbortSignal): Promise<Answer> {
    return this.#http.send(call, signal);
  }

  /**
   * Sends without a login; and with the token of the profile where something before Airflow (managed ones have it)
   * does not let that through.
   */
  async answerFreely(call: Call, signal?: AbortSignal): Promise<Answer> {
    if (!this.#isGated) {
      const answer = await this.#http.send(call, signal);
      if (this.#options.login.kind !== 'token' || !isGate(answer)) return answer;
      this.#isGated = true;
    }
    return this.answer(call, signal);
  }

  /** Sends with the login of the profile, if it has one; whatever comes is the answer. */
  async answer(call: Call, signal?: AbortSignal): Promise<Answer> {
    const {admission} = this.#options;
    if (!admission) return this.#http.send(call, signal);
    const ticket = await admission.ticket(signal);
    const answer = await this.#send(call, ticket, signal);
    if (!isExpired(answer)) return answer;
    admission.expired(ticket);
    const renewed = await admission.ticket(signal);
    // A session with the same cookie may have been renewed on the server.
    const isSame = renewed.headers.cookie === undefined && isDeepStrictEqual(renewed.headers, ticket.headers);
    const second = isSame ? answer : await this.#send(call, renewed, signal);
    if (isExpired(second)) admission.refused(renewed, this.problemOf(second));
    return second;
  }

  #send(call: Call, ticket: Ticket, signal?: AbortSignal): Promise<Answer> {
    return this.#http.send({...call, headers: {...call.headers, ...ticket.headers}}, signal);
  }

  #read<S extends v.GenericSchema>(schema: S, answer: Answer): v.InferOutput<S> {
    this.#clockAheadMs = clockAheadMs(answer) ?? this.#clockAheadMs;
    if (answer.status === 429) this.#options.pause.note(this.problemOf(answer));
    if (isExpired(answer)) throw this.problemOf(answer);
    return parsed(schema, answer, this.#long());
  }

  /** The problem that a refusing answer means to this profile. */
  problemOf(answer: Answer): Problem {
    const problem = problemOf(answer, this.#long());
    if (answer.status === 401 && this.#options.login.kind === 'none') {
      return new Problem('airflow.unauthorised', 'the profile has no login, and the API wants one');
    }
    // The 403 of a token that 3.x no longer takes says nothing of permissions.
    return isExpired(answer) && answer.status === 403 ? new Problem('airflow.unauthorised', problem.detail) : problem;
  }

  /** A password of a few letters is not searched for: it may be part of any word. */
  #long(): string[] {
    return [...this.#options.hidden].filter(secret => secret.length >= 8);
  }

  async #noticing<T>(work: () => Promise<T>): Promise<T> {
    this.#options.pause.check();
    try {
      return await work();
    } catch (error) {
      if (error instanceof Problem) this.#options.onProblem?.(error);
      throw error;
    }
  }
}

/**
 * The login is no longer good: 401, a redirect to a login page, or 3.x's 403 for a token that it cannot verify
 * (its secret is another one after a restart, where `[api_auth] jwt_secret` is not set).
 */
function isExpired(answer: Answer): boolean {
  if (answer.status === 401) return true;
  if (answer.status === 403) return saidBy(answer) === 'Invalid JWT token';
  return isLoginPath(redirectOf(answer) ?? '');
}

/** What Airflow itself never answers to a question that is free to all. */
function isGate({status, headers}: Answer): boolean {
  return status === 401 || status === 403 || (status >= 300 && status < 400 && headers.location !== undefined);
}
