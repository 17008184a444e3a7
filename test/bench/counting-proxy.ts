import {connect, createServer, type Socket} from 'node:net';

export type Asked = {readonly method: string; readonly path: string};

/** Stands on loopback before a server, passes on every byte as it is, and counts. */
export class CountingProxy {
  /** Since it was emptied last. */
  asked: Asked[] = [];
  bytesUp = 0;
  bytesDown = 0;
  readonly #server;
  readonly #open = new Set<Socket>();

  constructor(target: string) {
    const {hostname, port} = new URL(target);
    this.#server = createServer(client => this.#pass(client, connect(Number(port), hostname)));
  }

  /** Returns its address. */
  async listen(): Promise<string> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Counts from zero. */
  empty(): void {
    this.asked = [];
    this.bytesUp = 0;
    this.bytesDown = 0;
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise(resolve => this.#server.close(resolve));
  }

  #pass(client: Socket, server: Socket): void {
    let unread = '';
    client.on('data', data => {
      this.bytesUp += data.length;
      unread += data.toString('latin1');
      for (const [, method = '', path = ''] of unread.matchAll(/^([A-Z]+) (\S+) HTTP\/1\.1\r\n/gm)) {
        this.asked.push({method, path});
      }
      // A line may come in two pieces.
      unread = unread.slice(unread.lastIndexOf('\n') + 1);
    });
    server.on('data', data => {
      this.bytesDown += data.length;
    });
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#open.add(from);
      from.setNoDelay(true);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#open.delete(from);
        to.destroy();
      });
    }
  }
}
