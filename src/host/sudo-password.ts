import {Problem} from '../problems/problem.ts';
import type {Secret} from '../profile/profile.ts';
import type {AskedSecrets} from './asked-secrets.ts';
import type {SecretQuestion} from './host.ts';

const askedTries = 3;

export type SudoPasswordOptions = {
  /** As the profile names it. */
  readonly host: string;
  /** Of the profile. */
  readonly secret: Secret | undefined;
  /** Undefined: nobody can be asked. */
  readonly secrets: AskedSecrets | undefined;
  readonly loginUser: () => string;
  /** Asks sudo, without running anything, whether this is the password. */
  readonly check: (password: string, user: string) => Promise<boolean>;
};

/** The password for sudo on one host, for the commands that turned out to need one. It is used once sudo itself has called it right. */
export class SudoPassword {
  readonly #options: SudoPasswordOptions;
  readonly #needed = new Set<string>();
  #right: Promise<string> | undefined;
  #refusal: Problem | undefined;
  #wasWrong = false;

  constructor(options: SudoPasswordOptions) {
    this.#options = options;
  }

  get canBeHad(): boolean {
    return this.#options.secret !== undefined || this.#options.secrets !== undefined;
  }

  /** Whether sudo asked before a command like this one. */
  isNeeded(argv: readonly string[], user: string): boolean {
    return this.#needed.has(idOf(argv, user));
  }

  need(argv: readonly string[], user: string): void {
    this.#needed.add(idOf(argv, user));
  }

  /** The rule may be another since. */
  needNoMore(argv: readonly string[], user: string): void {
    this.#needed.delete(idOf(argv, user));
  }

  /** Throws `host.sudo-wrong` or `host.declined`, and the same again until `tryAgain`: accounts get locked. */
  get(user: string): Promise<string> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal);
    this.#right ??= this.#fetch(user).catch(error => {
      this.#right = undefined;
      if (error instanceof Problem && ['host.sudo-wrong', 'host.declined'].includes(error.code)) this.#refusal = error;
      throw error;
    });
    return this.#right;
  }

  /** It was right once, and is no more. */
  async refused(): Promise<void> {
    const given = await this.#right?.catch(() => undefined);
    this.#right = undefined;
    if (given !== undefined) await this.#options.secrets?.refuse(this.#question(), given);
  }

  tryAgain(): void {
    this.#refusal = undefined;
  }

  async #fetch(user: string): Promise<string> {
    const {host, secret, secrets, check} = this.#options;
    const wrong = () => new Problem('host.sudo-wrong', `${this.#options.loginUser()} on ${host}`);
    if (secret !== undefined) {
      const password = await secret({fresh: this.#wasWrong});
      this.#wasWrong = true;
      if (!(await check(password, user))) throw wrong();
      this.#wasWrong = false;
      return password;
    }
    for (let tries = 0; secrets !== undefined && tries < askedTries; tries++) {
      const password = await secrets.get(this.#question());
      if (await check(password, user)) return password;
      await secrets.refuse(this.#question(), password);
    }
    throw wrong();
  }

  #question(): SecretQuestion {
    const {host, loginUser} = this.#options;
    return {host, what: 'sudo-password', prompt: `[sudo] password for ${loginUser()}:`, shown: false};
  }
}

// Rules name a command with its arguments; what differs between calls of one kind comes later.
const idOf = (argv: readonly string[], user: string): string => JSON.stringify([user, ...argv.slice(0, 2)]);
