import {homedir} from 'node:os';
import {join} from 'node:path';
import {Problem} from '../problems/problem.ts';
import type {HostKeyQuestion} from './host.ts';
import {
  addKnownHost,
  fingerprint,
  type HostKeyAlgorithm,
  hostKeyAlgorithms,
  judgeHostKey,
  type KnownHost,
  keyTypeOf,
  readKnownHosts,
} from './known-hosts.ts';
import type {SshAddress} from './ssh-auth.ts';

export type AskHostKey = (question: HostKeyQuestion) => Promise<boolean>;

/** Judges the keys that one host shows, over all its connections: what was answered once is not asked again. */
export class HostKeys {
  readonly #host: string;
  readonly #port: number;
  readonly #files: readonly string[];
  readonly #ask: AskHostKey | undefined;
  readonly #answers = new Map<string, Promise<boolean>>();
  #entries: readonly KnownHost[] = [];

  constructor({host, port, knownHostsFiles: files}: SshAddress, ask: AskHostKey | undefined) {
    this.#host = host;
    this.#port = port;
    this.#files = files.length > 0 ? files : [join(homedir(), '.ssh', 'known_hosts'), '/etc/ssh/ssh_known_hosts'];
    this.#ask = ask;
  }

  /** Reads the files again. Returns what to ask of the host. */
  async load(): Promise<HostKeyAlgorithm[]> {
    this.#entries = await readKnownHosts(this.#files);
    return hostKeyAlgorithms(this.#entries, this.#host, this.#port);
  }

  /** Returns when the key may be trusted; throws `host.key-unknown`, `host.key-changed` or `host.key-revoked`. */
  async expect(key: Buffer): Promise<void> {
    const {is, because} = judgeHostKey(this.#entries, this.#host, this.#port, key);
    if (is === 'ok') return;
    const shown = `${this.#where()} shows ${fingerprint(key)} (${keyTypeOf(key)})`;
    if (is === 'revoked')
      throw new Problem('host.key-revoked', `${shown}, revoked in ${because.map(place).join(', ')}`);
    if (is === 'changed') {
      const known = because.map(entry => `${place(entry)} has ${fingerprint(entry.key)}`).join(', ');
      throw new Problem('host.key-changed', `${shown}, but ${known}`);
    }
    if (!this.#ask) throw new Problem('host.key-unknown', shown);
    if (!(await this.#answer(key, because.map(place), this.#ask))) {
      throw new Problem('host.key-unknown', `${shown}; it was not accepted`);
    }
  }

  #answer(key: Buffer, knownBy: readonly string[], ask: AskHostKey): Promise<boolean> {
    const print = fingerprint(key);
    const before = this.#answers.get(print);
    if (before) return before;
    const question = {host: this.#host, port: this.#port, keyType: keyTypeOf(key), fingerprint: print, knownBy};
    const answer = ask(question).then(async accepted => {
      if (accepted) await this.#record(key);
      return accepted;
    });
    this.#answers.set(print, answer);
    // A question that was not answered is asked again.
    answer.catch(() => this.#answers.delete(print));
    return answer;
  }

  async #record(key: Buffer): Promise<void> {
    const [file = ''] = this.#files;
    try {
      await addKnownHost(file, this.#host, this.#port, key);
    } catch (error) {
      // As ssh does: a file that cannot be written does not undo the answer, which holds as long as windsock runs.
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    }
  }

  #where(): string {
    return this.#port === 22 ? this.#host : `${this.#host}:${this.#port}`;
  }
}

const place = ({file, line}: KnownHost): string => `${file}:${line}`;
