import {type ChildProcess, execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {type AddressInfo, createServer, connect as dial, type Server, type Socket} from 'node:net';
import {createInterface} from 'node:readline';
import {promisify} from 'node:util';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import {lab} from './hosts.ts';

const bucket = 'archive';

/** A server like S3 on loopback, behind a line that counts what is sent to it. Everything is in memory. */
export class S3Server {
  readonly bucket = bucket;
  /** Any will do. */
  readonly env = {AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'eu-central-1'};
  readonly endpoint: string;
  readonly #program: ChildProcess;
  readonly #line: Server;
  readonly #client: S3Client;
  #onSent: ((bytes: number) => void) | undefined;

  static async start(): Promise<S3Server> {
    const path = (await promisify(execFile)(lab, ['moto'])).stdout.trim();
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const {port} = probe.address() as AddressInfo;
    probe.close();
    const program = spawn(path, ['-H', '127.0.0.1', '-p', String(port)], {stdio: ['ignore', 'ignore', 'pipe']});
    for await (const text of createInterface({input: program.stderr})) if (text.includes('Running on')) break;
    program.stderr.resume();
    const line = createServer().listen(0, '127.0.0.1');
    await once(line, 'listening');
    const server = new S3Server(program, line, port);
    await server.#client.send(new CreateBucketCommand({Bucket: bucket}));
    return server;
  }

  private constructor(program: ChildProcess, line: Server, port: number) {
    this.#program = program;
    this.#line = line;
    this.endpoint = `http://127.0.0.1:${(line.address() as AddressInfo).port}`;
    let sent = 0;
    line.on('connection', (near: Socket) => {
      const far = dial(port, '127.0.0.1');
      near.on('data', (data: Buffer) => {
        sent += data.length;
        this.#onSent?.(sent);
      });
      near.pipe(far).pipe(near);
      near.on('error', () => far.destroy());
      far.on('error', () => near.destroy());
    });
    this.#client = new S3Client({
      endpoint: this.endpoint,
      forcePathStyle: true,
      region: 'eu-central-1',
      credentials: {accessKeyId: 'test', secretAccessKey: 'test'},
    });
  }

  /** Ends the server at once when so many bytes more were sent to it. */
  async killAfter(bytes: number): Promise<void> {
    let first: number | undefined;
    await new Promise<void>(resolve => {
      this.#onSent = sent => {
        first ??= sent;
        if (sent - first < bytes) return;
        this.#program.kill('SIGKILL');
        this.#line.close();
        resolve();
      };
    });
  }

  async names(): Promise<readonly string[]> {
    const names: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const answer = await this.#client.send(
        new ListObjectsV2Command({Bucket: bucket, ...(ContinuationToken && {ContinuationToken})}),
      );
      names.push(...(answer.Contents ?? []).flatMap(({Key}) => Key ?? []));
      ContinuationToken = answer.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return names;
  }

  async get(name: string): Promise<Uint8Array> {
    const {Body} = await this.#client.send(new GetObjectCommand({Bucket: bucket, Key: name}));
    if (Body === undefined) throw new Error(`${name} has no content`);
    return Body.transformToByteArray();
  }

  /** Uploads that were begun, and neither finished nor given up. */
  async uploads(): Promise<number> {
    return ((await this.#client.send(new ListMultipartUploadsCommand({Bucket: bucket}))).Uploads ?? []).length;
  }

  async close(): Promise<void> {
    this.#client.destroy();
    this.#line.close();
    if (this.#program.exitCode === null && this.#program.signalCode === null) {
      this.#program.kill('SIGKILL');
      await once(this.#program, 'exit');
    }
  }
}
