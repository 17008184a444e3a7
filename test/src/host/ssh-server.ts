import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {type AddressInfo, createServer, type Socket} from 'node:net';
import {homedir, tmpdir} from 'node:os';
import {join} from 'node:path';
import ssh2, {type AuthContext, type AuthenticationType, type Connection, type ServerChannel} from 'ssh2';

export type SshServerOptions = {
  readonly hostKeys?: readonly string[];
  /** May this login pass? Default: everybody by "none". */
  readonly allow?: (context: AuthContext) => boolean;
  /** As MaxSessions of sshd. Default 10. */
  readonly maxSessions?: number;
  readonly port?: number;
  /** As MaxAuthTries of sshd: hangs up after so many refusals. */
  readonly maxTries?: number;
  /** What a refusal says is accepted. */
  readonly methods?: readonly AuthenticationType[];
  /** What lets in by keyboard-interactive. */
  readonly answer?: string;
  /** The login shell, which is given the command line. Default `sh -c`. */
  readonly shell?: readonly string[];
};

/** A private key in OpenSSH's format. By ssh-keygen: one in 200 of ssh2's own ed25519 keys cannot be read. */
export function newKey(type: 'ed25519' | 'rsa' | 'ecdsa' = 'ed25519', passphrase = ''): string {
  const folder = mkdtempSync(join(tmpdir(), 'windsock-key-'));
  const file = join(folder, 'key');
  try {
    execFileSync('ssh-keygen', ['-q', '-t', type, '-a', '4', '-N', passphrase, '-C', '', '-f', file]);
    return readFileSync(file, 'utf8');
  } finally {
    rmSync(folder, {recursive: true});
  }
}

/** The public part of a private key, in SSH's wire format. */
export function publicKeyOf(privateKey: string | undefined): Buffer {
  const key = ssh2.utils.parseKey(privateKey ?? '');
  if (key instanceof Error) throw key;
  return key.getPublicSSH();
}

const everybody = (context: AuthContext) => context.method === 'none';

/** A real SSH server on loopback that runs commands as the user of the tests, as sshd does: by a shell, in a group of its own. */
export async function startSshServer(options: SshServerOptions = {}) {
  const {hostKeys, allow = everybody, maxSessions = 10, port = 0, maxTries = Number.POSITIVE_INFINITY} = options;
  const {methods = ['publickey', 'password', 'keyboard-interactive']} = options;
  const keys = hostKeys ?? [newKey()];
  const connections = new Set<Connection>();
  const sockets = new Set<Socket>();
  const runs = new Set<ReturnType<typeof runCommand>>();
  const logins: string[] = [];
  let answer: string | undefined;
  const ssh = new ssh2.Server({hostKeys: [...keys]}, connection => {
    connections.add(connection);
    let sessions = 0;
    let refusals = 0;
    connection.on('error', () => {});
    connection.on('close', () => connections.delete(connection));
    connection.on('authentication', context => {
      logins.push(context.method);
      const refuse = () => {
        if (context.method !== 'none' && ++refusals >= maxTries) connection.end();
        else context.reject([...methods]);
      };
      if (allow(context)) context.accept();
      else if (context.method === 'keyboard-interactive' && options.answer !== undefined) {
        context.prompt([{prompt: 'Password: ', echo: false}], ([said]) => {
          if (said === options.answer) context.accept();
          else refuse();
        });
      } else refuse();
    });
    connection.on('session', (accept, reject) => {
      if (sessions >= maxSessions) {
        reject();
        return;
      }
      sessions++;
      const session = accept();
      let hasEof = false;
      session.on('eof', () => {
        hasEof = true;
      });
      session.on('close', () => {
        sessions--;
        // ssh2's server drops signals that come after the end of stdin; sshd does not.
        if (hasEof) run?.kill('SIGTERM');
      });
      let run: ReturnType<typeof runCommand> | undefined;
      session.on('exec', (acceptExec, _reject, {command}) => {
        run = runCommand([...(options.shell ?? ['sh', '-c']), command], acceptExec());
        runs.add(run);
      });
      session.on('signal', (_accept, _reject, {name}) => run?.kill(`SIG${name}` as NodeJS.Signals));
    });
  });
  const tcp = createServer({noDelay: true}, socket => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    if (answer === undefined) ssh.injectSocket(socket);
    else if (answer !== '') socket.end(answer);
  });
  tcp.listen(port, '127.0.0.1');
  await once(tcp, 'listening');
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    host: '127.0.0.1',
    port: (tcp.address() as AddressInfo).port,
    hostKeys: keys,
    /** The methods that clients tried, in their order. */
    logins,
    connections: () => connections.size,
    /** Cuts all connections, as a network does. */
    drop,
    /** From now on nothing that clients send arrives. */
    stall: () => {
      for (const socket of sockets) socket.pause();
    },
    /** From now on connections are taken, but nobody answers. */
    freeze: () => {
      answer = '';
    },
    /** From now on this is all that a client is told. */
    answerLike: (text: string) => {
      answer = text;
    },
    close: async () => {
      drop();
      // sshd would leave them; a test must not.
      for (const run of runs) run.kill('SIGTERM');
      tcp.close();
      await once(tcp, 'close');
    },
  };
}

export type SshServer = Awaited<ReturnType<typeof startSshServer>>;

function runCommand([program = '', ...args]: readonly string[], channel: ServerChannel) {
  const child = spawn(program, args, {detached: true, stdio: 'pipe', cwd: homedir()});
  child.stdin.on('error', () => {});
  channel.on('error', () => {});
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, {end: false});
  child.stderr.pipe(channel.stderr, {end: false});
  child.on('close', (code, signal) => {
    if (signal) channel.exit(signal.slice(3), false, '');
    else channel.exit(code ?? 255);
    channel.end();
  });
  // As sshd: the command is not killed, its pipes are closed.
  channel.on('close', () => {
    child.stdin.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
  });
  return {
    kill: (signal: NodeJS.Signals) => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
        process.kill(-child.pid, signal);
    },
  };
}
