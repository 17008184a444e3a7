import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import type {ApiContext} from './endpoint.ts';
import {respond} from './router.ts';

const MOST_BYTES = 1_000_000;

/** The demo's API on loopback. Its port stays the same when it is closed for a while. */
export class ApiServer {
  readonly #context: ApiContext;
  #server: Server | undefined;
  #port = 0;
  /** Openings and closings, one after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(context: ApiContext) {
    this.#context = context;
  }

  get port(): number {
    return this.#port;
  }

  /** Takes connections, or refuses them: the socket is really closed. */
  listen(wanted: boolean): Promise<void> {
    this.#turn = this.#turn.then(() => (wanted ? this.#open() : this.#close()));
    return this.#turn;
  }

  #open(): Promise<void> {
    if (this.#server) return Promise.resolve();
    const server = createServer((request, response) => this.#answer(request, response));
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', () => {
        this.#port = (server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  #close(): Promise<void> {
    const server = this.#server;
    if (!server) return Promise.resolve();
    this.#server = undefined;
    return new Promise(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) request.destroy();
      else chunks.push(chunk);
    });
    request.on('end', () => {
      const {method = 'GET', url = '/', headers} = request;
      const raw = {method, url: new URL(url, 'http://127.0.0.1'), headers, body: Buffer.concat(chunks).toString()};
      const {status, body} = respond(raw, this.#context);
      const isText = typeof body === 'string';
      const type = !isText
        ? 'application/json'
        : body.startsWith('<')
          ? 'text/html; charset=utf-8'
          : 'text/plain; charset=utf-8';
      response.writeHead(status, {
        date: new Date(this.#context.world.clock.now()).toUTCString(),
        server: 'uvicorn',
        'content-type': type,
      });
      response.end(isText ? body : JSON.stringify(body));
    });
  }
}
