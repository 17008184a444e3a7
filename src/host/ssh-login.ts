import type {AnyAuthMethod} from 'ssh2';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import type {LoginAttempt, LoginPlan} from './ssh-auth.ts';
import type {SshTarget} from './ssh-target.ts';

/** `false` ends it: ssh2's types do not say so. */
export type TryNext = (method: AnyAuthMethod | false) => void;

/** Walks the ways to log in, as far as the server accepts their methods. */
export class Login {
  readonly #target: SshTarget;
  readonly #plan: LoginPlan;
  readonly #fail: (error: unknown) => void;
  readonly #tried: LoginAttempt[] = [];
  #left: readonly LoginAttempt[];
  #accepted: readonly string[] | undefined;
  #isPartial = false;
  #needsMore = false;
  isOver = false;

  constructor(target: SshTarget, plan: LoginPlan, fail: (error: unknown) => void) {
    this.#target = target;
    this.#plan = plan;
    this.#fail = fail;
    this.#left = plan.attempts;
  }

  /**
   * The server did not let in. `isPartial`: the last proof was right, and another must follow. ssh2 itself forgets that
   * when it tries a key under several algorithms, or one of an agent.
   */
  heard(methods: readonly string[], isPartial: boolean): void {
    this.#accepted = methods;
    this.#isPartial ||= isPartial;
  }

  /** A proof was offered. */
  get hasBegun(): boolean {
    return this.#accepted !== undefined;
  }

  next(tryNext: TryNext): void {
    this.#next().then(tryNext, this.#fail);
  }

  async #next(): Promise<AnyAuthMethod | false> {
    const last = this.#tried.at(-1);
    if (this.#isPartial) {
      this.#needsMore = true;
      this.#tried.pop();
    } else await last?.refused?.();
    this.#isPartial = false;
    for (;;) {
      const attempt = this.#left.find(one => this.#mayTry(one));
      if (attempt === undefined) {
        this.isOver = true;
        return false;
      }
      this.#left = this.#left.filter(one => one !== attempt);
      const offer = await attempt.make();
      if (offer === undefined) continue;
      this.#tried.push(attempt);
      return offer;
    }
  }

  #mayTry({method, repeats}: LoginAttempt): boolean {
    if (this.#accepted !== undefined && !this.#accepted.includes(method)) return false;
    return repeats === undefined || !this.#tried.some(tried => tried.method === repeats);
  }

  /** That nothing let in; `because` ends it early. */
  problem(because = ''): Problem {
    const {unusable, namedKeyUnusable} = this.#plan;
    const who = `${this.#target.user}@${this.#target.host}`;
    const labels = [...new Set(this.#tried.filter(({method}) => method !== 'none').map(({label}) => label))];
    const accepted = this.#accepted ?? [];
    const parts = [
      labels.length > 0 ? `tried ${labels.join(', ')}` : 'there was nothing to try',
      ...(this.#needsMore ? ['it wants more than one proof'] : []),
      ...(because === '' ? [] : [because]),
      ...unusable,
      ...(accepted.length > 0 ? [`the host accepts ${accepted.join(', ')}`] : []),
    ];
    return new Problem(namedKeyUnusable ? 'host.key-file' : 'host.login', oneLine(`${who}: ${parts.join('; ')}`, 500));
  }
}
