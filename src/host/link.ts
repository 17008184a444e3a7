import type {ProblemCode} from '../problems/index.ts';
import {expectProblem, Problem} from '../problems/problem.ts';
import type {HostState} from './host.ts';

/** What a link keeps up. */
export type Connection = {
  /** Settles when the connection is gone, with the reason. */
  readonly lost: Promise<Problem>;
  close(): void;
};

export type Pace = {
  readonly firstMs: number;
  readonly mostMs: number;
  /** Connects again by itself as long as somebody asked within this time. */
  readonly askedMs: number;
  /** Within this time after a failure the failure is the answer, so that a screen never hangs. */
  readonly againMs: number;
  /** The same after a refused login: accounts get locked. */
  readonly refusedMs: number;
};

const usual: Pace = {firstMs: 500, mostMs: 30_000, askedMs: 60_000, againMs: 1000, refusedMs: 30_000};

// Trying again by itself cannot heal these.
const byHand: ReadonlySet<ProblemCode> = new Set([
  'host.login',
  'host.key-file',
  'host.key-unknown',
  'host.key-refused',
  'host.key-changed',
  'host.key-revoked',
  'host.declined',
  'host.ssh-config',
  'profile.secret',
]);
const unanswered: ReadonlySet<ProblemCode> = new Set(['host.declined', 'host.key-refused']);
const refused: ReadonlySet<ProblemCode> = new Set(['host.login', 'profile.secret']);

/** Keeps one connection: made when first asked for, made again with growing pauses after a loss. */
export class Link<T extends Connection> {
  readonly #open: (signal: AbortSignal) => Promise<T>;
  readonly #pace: Pace;
  readonly #closing = new AbortController();
  readonly #listeners = new Set<(state: HostState) => void>();
  #state: HostState = {at: 'idle'};
  #current: Promise<T> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;
  #askedAtMs = 0;
  #failedAtMs = 0;

  constructor(open: (signal: AbortSignal) => Promise<T>, pace: Pace = usual) {
    this.#open = open;
    this.#pace = pace;
  }

  state(): HostState {
    return this.#state;
  }

  onState(listener: (state: HostState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The connection, made if necessary. Throws the last problem while that is fresh. */
  connection(): Promise<T> {
    if (this.#closing.signal.aborted) return Promise.reject(this.#closing.signal.reason);
    this.#askedAtMs = Date.now();
    if (this.#current) return this.#current;
    if (this.#state.at === 'down') {
      const {problem} = this.#state;
      // Who did not want to answer is not asked again and again.
      if (unanswered.has(problem.code)) return Promise.reject(problem);
      const patienceMs = refused.has(problem.code) ? this.#pace.refusedMs : this.#pace.againMs;
      if (problem.code !== 'host.lost' && Date.now() - this.#failedAtMs < patienceMs) return Promise.reject(problem);
    }
    return this.#connect();
  }

  /** Connects at once, whatever the last problem was. */
  tryNow(): void {
    if (this.#closing.signal.aborted || this.#current) return;
    this.#askedAtMs = Date.now();
    this.#failures = 0;
    this.#connect().catch(expectProblem);
  }

  close(): void {
    this.#closing.abort(new Problem('host.lost', 'the profile was closed'));
    clearTimeout(this.#retry);
    this.#current?.then(
      connection => connection.close(),
      () => {},
    );
    this.#current = undefined;
    this.#become({at: 'idle'});
    this.#listeners.clear();
  }

  #connect(): Promise<T> {
    clearTimeout(this.#retry);
    const connecting = this.#open(this.#closing.signal).then(
      connection => {
        if (this.#closing.signal.aborted) {
          connection.close();
          throw this.#closing.signal.reason;
        }
        this.#failures = 0;
        this.#become({at: 'up', sinceMs: Date.now()});
        connection.lost.then(problem => this.#down(problem));
        return connection;
      },
      error => {
        this.#down(expectProblem(error));
        throw error;
      },
    );
    this.#current = connecting;
    this.#become({at: 'connecting'});
    return connecting;
  }

  #down(problem: Problem): void {
    if (this.#closing.signal.aborted) return;
    this.#current = undefined;
    this.#failedAtMs = Date.now();
    this.#become({at: 'down', problem, retryAtMs: this.#planRetry(problem)});
  }

  #planRetry(problem: Problem): number | undefined {
    const {firstMs, mostMs} = this.#pace;
    if (byHand.has(problem.code) || !this.#isWanted()) return undefined;
    const pauseMs = Math.min(mostMs, firstMs * 2 ** Math.min(this.#failures, 20)) * (0.75 + Math.random() / 4);
    this.#failures++;
    // Waiting must not keep a headless command from ending.
    this.#retry = setTimeout(() => this.#tryAgain(problem), pauseMs).unref();
    return Date.now() + pauseMs;
  }

  #tryAgain(last: Problem): void {
    if (!this.#isWanted()) {
      this.#become({at: 'down', problem: last, retryAtMs: undefined});
      return;
    }
    // A problem is in the state; anything else is a bug and must surface.
    this.#connect().catch(expectProblem);
  }

  #isWanted(): boolean {
    return Date.now() - this.#askedAtMs <= this.#pace.askedMs;
  }

  #become(state: HostState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}
