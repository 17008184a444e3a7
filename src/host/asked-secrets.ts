import {Problem} from '../problems/problem.ts';
import type {HostAsk, SecretQuestion} from './host.ts';

const memories = new WeakMap<HostAsk, AskedSecrets>();

/** What was answered through one port: hosts that ask the same person share it. Without a port nobody can be asked. */
export function askedSecrets(ask: HostAsk | undefined): AskedSecrets | undefined {
  if (ask === undefined) return undefined;
  const known = memories.get(ask) ?? new AskedSecrets(ask);
  memories.set(ask, known);
  return known;
}

/** Keeps what a person answered, in memory only: a connection that comes back does not ask again. */
export class AskedSecrets {
  readonly #ask: HostAsk;
  readonly #kept = new Map<string, Promise<string>>();
  readonly #refused = new Set<string>();

  constructor(ask: HostAsk) {
    this.#ask = ask;
  }

  /** The answer, from memory where there is one; a code is good for once. Throws `host.declined`. */
  async get(question: SecretQuestion): Promise<string> {
    const id = idOf(question);
    const kept = this.#kept.get(id);
    if (kept !== undefined) return kept;
    const again = this.#refused.delete(id) ? {again: true as const} : {};
    const answer = this.#ask.secret({...question, ...again}).then(given => {
      if (given === undefined) throw new Problem('host.declined', `${question.host}: ${words[question.what]}`);
      return given;
    });
    this.#kept.set(id, answer);
    const forget = () => {
      if (this.#kept.get(id) === answer) this.#kept.delete(id);
    };
    answer.then(question.what === 'code' ? forget : () => {}, forget);
    return answer;
  }

  /** The answer was wrong: it is forgotten, unless it was replaced since. */
  async refuse(question: SecretQuestion, answer: string): Promise<void> {
    const id = idOf(question);
    const kept = this.#kept.get(id);
    if (kept !== undefined && (await kept.catch(() => undefined)) !== answer) return;
    if (kept !== undefined && this.#kept.get(id) === kept) this.#kept.delete(id);
    this.#refused.add(id);
  }
}

const words = {
  password: 'the password of the login user',
  passphrase: 'the passphrase of a key',
  'sudo-password': 'the password for sudo',
  code: 'what the host asks at the login',
} as const;

// The passphrase of a key file is the same for all hosts.
const idOf = ({host, what, prompt}: SecretQuestion): string =>
  JSON.stringify(what === 'passphrase' ? [what, prompt] : [what, host, prompt]);
