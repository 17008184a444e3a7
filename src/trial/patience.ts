import type {HostAsk} from '../host/host.ts';
import {pausableTimer} from '../host/pausable-timer.ts';
import type {Problem} from '../problems/problem.ts';

/** Limits how long answers may take, but for the time in which a person is asked. */
export class Patience {
  /** Asks the same person. */
  readonly ask: HostAsk | undefined;
  readonly #timers = new Set<ReturnType<typeof pausableTimer>>();

  constructor(ask: HostAsk | undefined) {
    this.ask = ask && {
      ...ask,
      hostKey: question => this.#whileAsked(ask.hostKey(question)),
      secret: question => this.#whileAsked(ask.secret(question)),
    };
  }

  /** What `use` gives. Its signal aborts with `late` when that takes longer than `ms`, and with the reason of `signal`. */
  async within<T>(
    ms: number,
    signal: AbortSignal,
    late: Problem,
    use: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const end = new AbortController();
    const {promise: ended, reject} = Promise.withResolvers<never>();
    const stop = (reason: unknown) => {
      end.abort(reason);
      reject(reason);
    };
    const onAbort = () => stop(signal.reason);
    signal.addEventListener('abort', onAbort, {once: true});
    const timer = pausableTimer(ms, () => stop(late));
    this.#timers.add(timer);
    try {
      signal.throwIfAborted();
      return await Promise.race([use(end.signal), ended]);
    } finally {
      timer.stop();
      this.#timers.delete(timer);
      signal.removeEventListener('abort', onAbort);
    }
  }

  #whileAsked<T>(answer: Promise<T>): Promise<T> {
    return [...this.#timers].reduce((waiting, timer) => timer.pauseFor(waiting), answer);
  }
}
