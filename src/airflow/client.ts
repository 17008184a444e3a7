import {isDeepStrictEqual} from 'node:util';
import type * as v from 'valibot';
import {Problem} from '../problems/problem.ts';
import {type Answer, parsed, problemOf, redirectOf, saidBy} from './answer.ts';
import type {Call, Http} from './http.ts';
import type {Admission, Ticket} from './login.ts';
import {isLoginPath} from './login-form.ts';

/** Asks Airflow as the user of the profile, and reads what it answers. */
export class Client {
  readonly #http: Http;
  /** Undefined where the profile has no login. */
  readonly #admission: Admission | undefined;
  readonly #hidden: ReadonlySet<string>;
  readonly #onProblem: (problem: Problem) => void;

  /** `onProblem` hears of each refusal, to notice that the server is no longer the same. */
  constructor(
    http: Http,
    admission: Admission | undefined,
    hidden: ReadonlySet<string>,
    onProblem: (problem: Problem) => void,
  ) {
    this.#http = http;
    this.#admission = admission;
    this.#hidden = hidden;
    this.#onProblem = onProblem;
  }

  /**
   * Asks with the login of the profile. An answer that says that the login has expired makes it log in again and ask
   * once more: that request had no effect.
   */
  async ask<S extends v.GenericSchema>(schema: S, call: Call, signal?: AbortSignal): Promise<v.InferOutput<S>> {
    return this.#noticing(async () => this.#read(schema, await this.#answer(call, signal)));
  }

  /** Asks without any login. */
  async askOpenly<S extends v.GenericSchema>(
    schema: S,
    call: Call,
    signal?: AbortSignal,
  ): Promise<{readonly value: v.InferOutput<S>; readonly answer: Answer}> {
    return this.#noticing(async () => {
      const answer = await this.#http.send(call, signal);
      return {value: this.#read(schema, answer), answer};
    });
  }

  async #answer(call: Call, signal?: AbortSignal): Promise<Answer> {
    const admission = this.#admission;
    if (!admission) return this.#http.send(call, signal);
    const ticket = await admission.ticket(signal);
    const answer = await this.#send(call, ticket, signal);
    if (!isExpired(answer)) return answer;
    admission.expired(ticket);
    const renewed = await admission.ticket(signal);
    const isSame = renewed.headers.authorization !== undefined && isDeepStrictEqual(renewed.headers, ticket.headers);
    const second = isSame ? answer : await this.#send(call, renewed, signal);
    if (isExpired(second)) admission.refused(renewed, this.#problemOf(second));
    return second;
  }

  #send(call: Call, ticket: Ticket, signal?: AbortSignal): Promise<Answer> {
    return this.#http.send({...call, headers: {...call.headers, ...ticket.headers}}, signal);
  }

  #read<S extends v.GenericSchema>(schema: S, answer: Answer): v.InferOutput<S> {
    if (isExpired(answer)) throw this.#problemOf(answer);
    return parsed(schema, answer, this.#long());
  }

  #problemOf(answer: Answer): Problem {
    const problem = problemOf(answer, this.#long());
    if (answer.status === 401 && !this.#admission) {
      return new Problem('airflow.unauthorised', 'the profile has no login, and the API wants one');
    }
    // The 403 of a token that 3.x no longer takes says nothing of permissions.
    return isExpired(answer) && answer.status === 403 ? new Problem('airflow.unauthorised', problem.detail) : problem;
  }

  /** A password of a few letters is not searched for: it may be part of any word. */
  #long(): string[] {
    return [...this.#hidden].filter(secret => secret.length >= 8);
  }

  async #noticing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Problem) this.#onProblem(error);
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
