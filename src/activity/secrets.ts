import type {HostAsk} from '../host/host.ts';
import type {ApiAddress, HostAddress, Login, Profile, Secret} from '../profile/profile.ts';
import {hideSecretText, hideSecretWord, secretFlag, withoutSecrets} from '../secret-text.ts';
import {masked} from '../text.ts';

/** A password of a few letters is not searched for: it may be part of any word. */
const shortest = 8;

/** The secrets of the open profiles, from the moment that windsock knows them; takes them out of what is shown and kept. */
export class Secrets {
  readonly #known = new Set<string>();

  add(secret: string): void {
    this.#known.add(secret);
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#known.values();
  }

  /** The text without known secrets, and without what looks like one. */
  hide(text: string): string {
    return hideSecretText(this.#withoutKnown(text));
  }

  /** Word for word; also the one behind a `--password`. */
  hideArgv(argv: readonly string[]): readonly string[] {
    return argv.map((word, index) =>
      secretFlag.test(argv[index - 1] ?? '') ? masked : hideSecretWord(this.#withoutKnown(word)),
    );
  }

  /** The same profile; what its secrets turn out to be is remembered here. */
  watchProfile(profile: Profile): Profile {
    const {api, becomePassword} = profile;
    return {
      ...profile,
      ...(api === undefined ? {} : {api: this.#watchApi(api)}),
      hosts: profile.hosts.map(host => this.#watchHost(host)),
      ...(becomePassword === undefined ? {} : {becomePassword: this.#watch(becomePassword)}),
    };
  }

  /** The same questions; the answers are remembered here. */
  watchAsk(ask: HostAsk): HostAsk {
    return {
      ...ask,
      secret: async question => {
        const answer = await ask.secret(question);
        if (answer !== undefined) this.add(answer);
        return answer;
      },
    };
  }

  #watch(secret: Secret): Secret {
    return async wanted => {
      const value = await secret(wanted);
      this.add(value);
      return value;
    };
  }

  #watchApi(api: ApiAddress): ApiAddress {
    const {proxy} = api;
    if (proxy?.login === undefined) return {...api, login: this.#watchLogin(api.login)};
    const login = this.#watch(proxy.login);
    const both: Secret = async wanted => {
      const value = await login(wanted);
      this.add(value.slice(value.indexOf(':') + 1));
      return value;
    };
    return {...api, login: this.#watchLogin(api.login), proxy: {...proxy, login: both}};
  }

  #watchLogin(login: Login): Login {
    if (login.kind === 'password') return {...login, password: this.#watch(login.password)};
    return login.kind === 'token' ? {...login, token: this.#watch(login.token)} : login;
  }

  #watchHost(host: HostAddress): HostAddress {
    if (host.kind === 'local' || host.password === undefined) return host;
    return {...host, password: this.#watch(host.password)};
  }

  #withoutKnown(text: string): string {
    const known = [...this.#known].map(secret => secret.trim());
    return withoutSecrets(
      text,
      known.filter(secret => secret.length >= shortest),
    );
  }
}
