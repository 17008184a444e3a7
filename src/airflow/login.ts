import {Problem} from '../problems/problem.ts';
import {abortError, orAbort} from './turns.ts';

/** What admits a request: headers to send with it. */
export type Ticket = {
  readonly headers: Readonly<Record<string, string>>;
  /** By the clock of this machine; absent where nobody knows. */
  readonly expiresAtMs?: number;
};

/** How long a refused login is not sent again: polling with a wrong password would lock the account. */
const refusedForMs = 60_000;

/** Keeps the ticket of a login: gets it when first needed, once for all who wait, and again when it has expired. */
export class Admission {
  readonly #obtain: () => Promise<Ticket>;
  readonly #now: () => number;
  #ticket: Ticket | undefined;
  #obtaining: Promise<Ticket> | undefined;
  #refusal: {readonly problem: Problem; readonly atMs: number} | undefined;

  /** `obtain` sends the credentials; it throws `airflow.unauthorised` when they are refused. */
  constructor(obtain: () => Promise<Ticket>, now: () => number) {
    this.#obtain = obtain;
    this.#now = now;
  }

  async ticket(signal?: AbortSignal): Promise<Ticket> {
    if (signal?.aborted) throw abortError();
    if (this.#ticket && this.#now() < (this.#ticket.expiresAtMs ?? Number.POSITIVE_INFINITY)) return this.#ticket;
    if (this.#refusal && this.#now() < this.#refusal.atMs + refusedForMs) throw this.#refusal.problem;
    this.#obtaining ??= this.#obtainOnce();
    return orAbort(this.#obtaining, signal);
  }

  /** The server no longer takes this ticket. A newer one, which another request has got meanwhile, is kept. */
  expired(ticket: Ticket): void {
    if (this.#ticket === ticket) this.#ticket = undefined;
  }

  /** The server does not take this ticket though it is new. */
  refused(ticket: Ticket, problem: Problem): void {
    this.expired(ticket);
    this.#refusal = {problem, atMs: this.#now()};
  }

  /** Sends the credentials with the next request, even if they were just refused. */
  again(): void {
    this.#refusal = undefined;
    this.#ticket = undefined;
  }

  async #obtainOnce(): Promise<Ticket> {
    try {
      this.#ticket = await this.#obtain();
      this.#refusal = undefined;
      return this.#ticket;
    } catch (error) {
      if (error instanceof Problem && error.code === 'airflow.unauthorised') {
        this.#refusal = {problem: error, atMs: this.#now()};
      }
      throw error;
    } finally {
      this.#obtaining = undefined;
    }
  }
}
