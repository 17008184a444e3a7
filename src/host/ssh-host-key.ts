import {Problem} from '../problems/problem.ts';
import type {HostAsk} from './host.ts';
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
import type {SshTarget} from './ssh-target.ts';

/** What is expected of one host at one connection. */
export type HostKeyCheck = {
  /** What to ask of the host, those first whose keys are known. */
  readonly algorithms: HostKeyAlgorithm[];
  /** Returns when the key may be trusted; throws `host.key-unknown`, `host.key-changed`, `host.key-revoked` or `host.key-refused`. */
  expect(key: Buffer): Promise<void>;
};

/** A key that a host showed and that may be trusted. */
export type TrustedKey = {
  /** Of the host, as it is connected to. */
  readonly host: string;
  readonly keyType: string;
  /** SHA256:… */
  readonly fingerprint: string;
};

/** Judges the keys of a host and of those before it, over all connections: what was accepted once is not asked again. */
export class HostKeys {
  readonly #ask: HostAsk | undefined;
  readonly #onTrusted: (key: TrustedKey) => void;
  readonly #accepted = new Set<string>();

  constructor(ask: HostAsk | undefined, onTrusted: (key: TrustedKey) => void = () => {}) {
    this.#ask = ask;
    this.#onTrusted = onTrusted;
  }

  /** Reads the known_hosts files again. */
  async checkFor(target: SshTarget): Promise<HostKeyCheck> {
    const entries = await readKnownHosts(target.knownHostsFiles);
    const {host, port} = knownAs(target);
    return {
      algorithms: hostKeyAlgorithms(entries, host, port),
      expect: async key => {
        await this.#expect(key, target, entries);
        this.#onTrusted({host: target.host, keyType: keyTypeOf(key), fingerprint: fingerprint(key)});
      },
    };
  }

  async #expect(key: Buffer, target: SshTarget, entries: readonly KnownHost[]): Promise<void> {
    const {host, port} = knownAs(target);
    const {is, because} = judgeHostKey(entries, host, port, key);
    if (is === 'ok') return;
    const where = target.port === 22 ? target.host : `${target.host}:${target.port}`;
    const print = fingerprint(key);
    const shown = `${where} shows ${print} (${keyTypeOf(key)})`;
    if (is === 'revoked')
      throw new Problem('host.key-revoked', `${shown}, revoked in ${because.map(place).join(', ')}`);
    if (is === 'changed') {
      const known = because.map(entry => `${place(entry)} has ${fingerprint(entry.key)}`).join(', ');
      throw new Problem('host.key-changed', `${shown}, but ${known}`);
    }
    const id = `${where} ${print}`;
    if (this.#accepted.has(id)) return;
    if (target.unknownKey === 'refuse') throw new Problem('host.key-unknown', `${shown}; StrictHostKeyChecking is yes`);
    if (target.unknownKey === 'ask') {
      if (this.#ask === undefined) throw new Problem('host.key-unknown', shown);
      const question = {host: target.host, port: target.port, keyType: keyTypeOf(key), fingerprint: print};
      const isAccepted = await this.#ask.hostKey({...question, knownBy: because.map(place)});
      if (!isAccepted) throw new Problem('host.key-refused', shown);
    }
    this.#accepted.add(id);
    await this.#record(key, target);
  }

  async #record(key: Buffer, target: SshTarget): Promise<void> {
    const [file] = target.knownHostsFiles;
    if (file === undefined) return;
    const {host, port} = knownAs(target);
    try {
      await addKnownHost(file, host, port, key, target.hashNames);
    } catch (error) {
      const why = error instanceof Problem ? error.detail : (error as NodeJS.ErrnoException).code;
      if (why === undefined) throw error;
      // As ssh does: a file that cannot be written does not undo the answer, which holds as long as windsock runs.
      this.#ask?.tell?.(
        `The key of ${target.name} could not be added to ${file} (${why}): it holds until windsock ends.`,
      );
    }
  }
}

/** The name and port that known_hosts has the host under. */
const knownAs = ({host, port, hostKeyAlias}: SshTarget) =>
  hostKeyAlias === undefined ? {host, port} : {host: hostKeyAlias, port: 22};

const place = ({file, line}: KnownHost): string => `${file}:${line}`;
