import {timingSafeEqual} from 'node:crypto';
import {writeFileSync} from 'node:fs';
import {type AddressInfo, createServer, type Server as NetServer, type Socket} from 'node:net';
import {join} from 'node:path';
import ssh2, {
  type AuthContext,
  type Connection,
  type PublicKeyAuthContext,
  type ServerChannel,
  type Session,
} from 'ssh2';
import type {Folder} from '../files/folder.ts';
import type {Shell} from './shell.ts';

export const sshUser = 'demo';

/** Of 400 keys that ssh2 1.17 makes 2 cannot be read again, not even by itself: such a key is thrown away. */
function freshKey(): {readonly private: string; readonly public: string} {
  for (;;) {
    const made = ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(made.private) instanceof Error)) return made;
  }
}

/** The demo's SSH server on loopback: one user, one key, commands only. Its port stays the same when it is closed for a while. */
export class SshServer {
  readonly #shell: Shell;
  readonly #hostKey = freshKey();
  readonly #userKey = freshKey();
  readonly #allowed: Exclude<ReturnType<typeof ssh2.utils.parseKey>, Error>;
  readonly #ssh: ssh2.Server;
  readonly #sockets = new Set<Socket>();
  #net: NetServer | undefined;
  #port = 0;
  #turn: Promise<void> = Promise.resolve();

  constructor(shell: Shell) {
    this.#shell = shell;
    const allowed = ssh2.utils.parseKey(this.#userKey.public);
    if (allowed instanceof Error) throw allowed;
    this.#allowed = allowed;
    this.#ssh = new ssh2.Server({hostKeys: [this.#hostKey.private]}, client => this.#serve(client));
  }

  get port(): number {
    return this.#port;
  }

  /** Writes the user's key and the file of known hosts. Only after `listen`: the port is part of it. */
  writeKeys({ssh}: Folder): {readonly identityFile: string; readonly knownHostsFile: string} {
    const identityFile = join(ssh, 'id_ed25519');
    const knownHostsFile = join(ssh, 'known_hosts');
    writeFileSync(identityFile, this.#userKey.private, {mode: 0o600});
    const [type, key] = this.#hostKey.public.split(' ');
    writeFileSync(knownHostsFile, `[127.0.0.1]:${this.#port} ${type} ${key}\n`, {mode: 0o600});
    return {identityFile, knownHostsFile};
  }

  /** Takes connections; or ends all and refuses new ones. */
  listen(wanted: boolean): Promise<void> {
    this.#turn = this.#turn.then(() => (wanted ? this.#open() : this.#close()));
    return this.#turn;
  }

  #open(): Promise<void> {
    if (this.#net) return Promise.resolve();
    const net = createServer({noDelay: true}, socket => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      this.#ssh.injectSocket(socket);
    });
    this.#net = net;
    return new Promise((resolve, reject) => {
      net.once('error', reject);
      net.listen(this.#port, '127.0.0.1', () => {
        this.#port = (net.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  #close(): Promise<void> {
    const net = this.#net;
    if (!net) return Promise.resolve();
    this.#net = undefined;
    for (const socket of this.#sockets) socket.destroy();
    return new Promise(resolve => net.close(() => resolve()));
  }

  #serve(client: Connection): void {
    client.on('error', () => client.end());
    client.on('authentication', context => this.#authenticate(context));
    client.on('session', accept => this.#session(accept()));
  }

  #authenticate(context: AuthContext): void {
    if (context.method === 'publickey' && context.username === sshUser && this.#isOwn(context)) context.accept();
    else context.reject(['publickey']);
  }

  #isOwn({key, signature, blob, hashAlgo}: PublicKeyAuthContext): boolean {
    const own = this.#allowed.getPublicSSH();
    if (key.data.length !== own.length || !timingSafeEqual(key.data, own)) return false;
    // Without a signature it only asks whether this key would do.
    return !signature || !blob || this.#allowed.verify(blob, signature, hashAlgo) === true;
  }

  #session(session: Session): void {
    session.on('exec', (accept, _reject, {command}) => {
      const channel = accept();
      const running = this.#run(channel, command);
      session.on('signal', (acceptSignal, _rejectSignal, {name}) => {
        running.signal(`SIG${name}` as NodeJS.Signals);
        acceptSignal?.();
      });
    });
  }

  #run(channel: ServerChannel, command: string) {
    const running = this.#shell.run(command, {inOut: channel, err: channel.stderr});
    channel.on('error', () => {});
    // Nothing goes on without somebody who reads it.
    channel.on('close', () => running.signal('SIGKILL'));
    running.ended.then(end => {
      if (channel.destroyed) return;
      if ('code' in end) channel.exit(end.code);
      else channel.exit(end.signal, false, '');
      channel.end();
    });
    return running;
  }
}
