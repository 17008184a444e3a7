import {chmodSync, writeFileSync} from 'node:fs';
import {createServer, type Server, type Socket} from 'node:net';
import {join} from 'node:path';
import type {Folder} from '../files/folder.ts';
import type {World} from '../world/world.ts';
import {date} from './date.ts';
import {journalctl} from './journalctl.ts';
import {last} from './last.ts';
import type {Program} from './program.ts';
import {ps} from './ps.ts';
import {systemctl} from './systemctl.ts';

/** The stand-in programs that ask the world. */
const programs: Readonly<Record<string, Program>> = {systemctl, journalctl, ps, date, last};

// Sends its arguments, and prints what comes: frames of a kind (1 stdout, 2 stderr, 3 exit code), a length, and bytes.
const client = `import os, signal, socket, sys
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
world = socket.socket(socket.AF_UNIX)
world.connect(os.path.join(sys.argv[1], 'world.sock'))
world.sendall(b'\\0'.join(os.fsencode(a) for a in sys.argv[2:]) + b'\\0\\n')
frames = world.makefile('rb')
while True:
    head = frames.read(5)
    if len(head) < 5:
        sys.exit(255)
    data = frames.read(int.from_bytes(head[1:], 'big'))
    if head[0] == 3:
        sys.exit(data[0])
    out = (sys.stdout if head[0] == 1 else sys.stderr).buffer
    out.write(data)
    out.flush()
`;

/** Answers the stand-in programs on a socket in the temporary folder. */
export class WorldSocket {
  readonly #world: World;
  readonly #folder: Folder;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(world: World, folder: Folder) {
    this.#world = world;
    this.#folder = folder;
    this.#server = createServer(socket => this.#serve(socket));
  }

  /** Writes the stand-in programs and listens. */
  open(): Promise<void> {
    const {root, bin, socket} = this.#folder;
    const ask = join(root, 'ask.py');
    writeFileSync(ask, client);
    for (const name of Object.keys(programs)) {
      const path = join(bin, name);
      writeFileSync(path, `#!/bin/sh\nexec python3 -IS ${ask} ${root} ${name} "$@"\n`);
      chmodSync(path, 0o755);
    }
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(socket, resolve);
    });
  }

  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise(resolve => this.#server.close(() => resolve()));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    const gone = new AbortController();
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#sockets.delete(socket);
      gone.abort();
    });
    let asked = '';
    socket.setEncoding('utf8');
    const onData = (chunk: string) => {
      asked += chunk;
      if (!asked.endsWith('\0\n')) return;
      socket.off('data', onData);
      socket.resume();
      const [name = '', ...args] = asked.slice(0, -2).split('\0');
      this.#run(socket, name, args, gone.signal);
    };
    socket.on('data', onData);
  }

  async #run(socket: Socket, name: string, args: readonly string[], gone: AbortSignal): Promise<void> {
    const send = (kind: number, data: Buffer) => {
      const head = Buffer.alloc(5);
      head.writeUInt8(kind);
      head.writeUInt32BE(data.length, 1);
      if (!socket.destroyed) socket.write(Buffer.concat([head, data]));
    };
    const code = await programs[name]?.({
      args,
      world: this.#world,
      folder: this.#folder,
      out: text => send(1, Buffer.from(text)),
      err: text => send(2, Buffer.from(text)),
      gone,
    });
    send(3, Buffer.of(code ?? 127));
    socket.end();
  }
}
