import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {inspect} from 'node:util';
import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import type {Host, HostStream} from '../../../src/host/host.ts';
import type {BecomeOptions} from '../../../src/host/make-host.ts';
import type {Become} from '../../../src/host/sudo.ts';
import {Problem} from '../../../src/problems/problem.ts';
import {newFolder} from './folder.ts';
import {ended} from './processes.ts';

export type OpenHost = (become: Become, more?: Partial<BecomeOptions>) => Promise<Host>;

/** What every host does, whatever is between it and us. `open` gives a host on this machine, as the user of the tests. */
export function hostContract(open: OpenHost): void {
  describe('commands', () => {
    let host: Host;
    beforeAll(async () => {
      host = await open('none');
    });
    afterAll(() => host.close());

    test('every argument arrives as it was given', async () => {
      const hostile = [
        '',
        ' ',
        "it's",
        '"',
        '$HOME',
        '`id`',
        '$(id)',
        '*',
        '~',
        '-n',
        '\\',
        'a\nb',
        '!x',
        '#',
        'ü€😀',
        'a=b',
        ';',
        '\x1b[2J',
      ];
      await expect(printed(host, hostile)).resolves.toEqual(hostile);
    });

    test('random arguments arrive as they were given', async () => {
      const words = fc.array(
        fc.string({unit: 'binary', maxLength: 12}).map(word => word.replaceAll('\0', '')),
        {minLength: 1, maxLength: 6},
      );
      await fc.assert(
        fc.asyncProperty(words, async argv => {
          expect(await printed(host, argv)).toEqual(argv);
        }),
        {numRuns: 40},
      );
    });

    test('an argument with a NUL is a bug, not a shorter argument', async () => {
      await expect(host.exec(['printf', 'a\0b'])).rejects.toBeInstanceOf(TypeError);
    });

    test('the exit code, both outputs and the login user are told', async () => {
      const result = await host.exec(['sh', '-c', 'echo out; echo err >&2; exit 7']);
      expect(result).toEqual({code: 7, signal: undefined, stdout: 'out\n', stderr: 'err\n'});
      expect((await host.exec(['id', '-un'])).stdout.trim()).toBe(await host.loginUser());
    });

    test('a command that a signal ended has a signal and no exit code', async () => {
      const result = await host.exec(['sh', '-c', 'kill -TERM $$']);
      expect(result).toMatchObject({code: undefined, signal: 'SIGTERM'});
    });

    test('a command that does not exist is a result like in a shell', async () => {
      const result = await host.exec(['windsock-no-such-program', 'x']);
      expect(result.code).toBe(127);
      expect(result.stderr).toContain('windsock-no-such-program');
    });

    test('messages are in English, whatever the locale of the user', async () => {
      expect((await host.exec(['sh', '-c', 'echo $LC_ALL'])).stdout).toBe('C\n');
    });

    test('stdin is handed over byte by byte, and is empty when there is none', async () => {
      const bytes = Uint8Array.from({length: 300_000}, (_, index) => (index * 7) % 256);
      const result = await host.exec(['sh', '-c', 'wc -c; ', 'x'], {stdin: bytes});
      expect(result.stdout.trim()).toBe('300000');
      expect((await host.exec(['cat'], {stdin: 'grüße\n'})).stdout).toBe('grüße\n');
      expect((await host.exec(['cat'])).stdout).toBe('');
    });

    test('a command that does not read its stdin is no failure', async () => {
      expect((await host.exec(['true'], {stdin: 'x'.repeat(3_000_000)})).code).toBe(0);
    });

    test('output beyond the limit is thrown away, and the command still ends', async () => {
      const many = [
        'sh',
        '-c',
        'head -c 5000000 /dev/zero | tr "\\0" x; head -c 5000000 /dev/zero | tr "\\0" y >&2; exit 3',
      ];
      const result = await host.exec(many, {maxBytes: 1000});
      expect(result).toEqual({
        code: 3,
        signal: undefined,
        stdout: 'x'.repeat(1000),
        stderr: 'y'.repeat(1000),
        cut: true,
      });
    });

    test('all of a big output arrives', async () => {
      const result = await host.exec(['sh', '-c', 'head -c 7000000 /dev/zero | tr "\\0" x']);
      expect(result.stdout.length).toBe(7_000_000);
      expect(result.cut).toBeUndefined();
    });

    test('a command that takes too long is ended, with what it started', async () => {
      const folder = await newFolder();
      const pids = join(folder, 'pids');
      const failed = host.exec(['sh', '-c', 'sleep 1000 & echo $$ $! > "$0"; wait', pids], {timeoutMs: 600});
      await expect(failed).rejects.toMatchObject({
        code: 'host.timeout',
        detail: expect.stringContaining('sh took longer than 0.6 s'),
      });
      for (const pid of (await readFile(pids, 'utf8')).split(/\s+/).filter(Boolean)) await ended(Number(pid));
    });

    test('a time limit beyond what a timer can count is none', async () => {
      expect((await host.exec(['sleep', '0.1'], {timeoutMs: 2 ** 40})).code).toBe(0);
    });

    test('the arguments of a command are in no problem', async () => {
      const failed = host.exec(['sh', '-c', 'sleep 1000', 'hunter2'], {timeoutMs: 50});
      const problem = await failed.catch(error => error);
      expect(problem).toBeInstanceOf(Problem);
      expect(inspect(problem, {depth: null, showHidden: true})).not.toContain('hunter2');
    });

    test('a signal ends a command, and is the reason of the failure', async () => {
      const folder = await newFolder();
      const pidFile = join(folder, 'pid');
      const stop = new AbortController();
      const failed = host.exec(['sh', '-c', 'echo $$ > "$0.new"; mv "$0.new" "$0"; exec sleep 1000', pidFile], {
        signal: stop.signal,
      });
      const pid = await vi.waitFor(async () => Number(await readFile(pidFile, 'utf8')), {timeout: 5000});
      const reason = new Error('enough');
      stop.abort(reason);
      await expect(failed).rejects.toBe(reason);
      await ended(pid);
    });

    test('a signal that has fired before starts nothing', async () => {
      const folder = await newFolder();
      const mark = join(folder, 'mark');
      const reason = new Error('never');
      await expect(host.exec(['touch', mark], {signal: AbortSignal.abort(reason)})).rejects.toBe(reason);
      await host.exec(['true']);
      expect((await host.exec(['test', '-e', mark])).code).toBe(1);
    });

    test('twenty commands at once all have their own result', async () => {
      const numbers = Array.from({length: 20}, (_, index) => index);
      const results = await Promise.all(
        numbers.map(number => host.exec(['sh', '-c', 'echo $0; exit $0', String(number)])),
      );
      expect(results.map(result => [result.stdout.trim(), result.code])).toEqual(
        numbers.map(number => [String(number), number]),
      );
    });
  });

  describe('streams', () => {
    let host: Host;
    beforeAll(async () => {
      host = await open('none');
    });
    afterAll(() => host.close());

    test('a stream is a conversation', async () => {
      const stream = await host.stream(['cat']);
      const lines: string[] = [];
      stream.stdout.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
      stream.stdin.write('one\n');
      await vi.waitFor(() => expect(lines.join('')).toBe('one\n'));
      stream.stdin.end('two\n');
      await expect(stream.ended).resolves.toEqual({code: 0, signal: undefined});
      expect(lines.join('')).toBe('one\ntwo\n');
    });

    test('the last 4 KiB of stderr are kept', async () => {
      const stream = await host.stream([
        'sh',
        '-c',
        'head -c 20000 /dev/zero | tr "\\0" x >&2; echo last words >&2; exit 2',
      ]);
      stream.stdout.resume();
      await expect(stream.ended).resolves.toEqual({code: 2, signal: undefined});
      expect(stream.stderr()).toHaveLength(4096);
      expect(stream.stderr()).toMatch(/last words\n$/);
    });

    test('end kills the command and what it started, even while nobody reads', async () => {
      const stream = await host.stream(['sh', '-c', 'sleep 1000 & echo $$ $!; yes >&2 & wait']);
      const pids = (await firstLine(stream)).split(' ').map(Number);
      stream.end();
      stream.end();
      await stream.ended;
      for (const pid of pids) await ended(pid);
    });

    test('a command whose output nobody reads can be ended', async () => {
      const stream = await host.stream(['yes']);
      stream.end();
      await stream.ended;
    });

    test('streams that go on do not keep commands from running', async () => {
      const streams = await Promise.all([1, 2, 3].map(() => host.stream(['sleep', '1000'])));
      const results = await Promise.all(Array.from({length: 12}, () => host.exec(['true'])));
      expect(results.every(result => result.code === 0)).toBe(true);
      for (const stream of streams) stream.end();
      await Promise.all(streams.map(stream => stream.ended));
    });
  });

  test('close ends all that runs, and nothing runs afterwards', async () => {
    const host = await open('none');
    const stream = await host.stream(['sh', '-c', 'echo $$; exec sleep 1000']);
    const pid = Number(await firstLine(stream));
    const command = host.exec(['sleep', '1000']).catch(error => error);
    host.close();
    await stream.ended;
    await ended(pid);
    expect(await command).toMatchObject({code: 'host.lost'});
    await expect(host.exec(['true'])).rejects.toMatchObject({code: 'host.lost'});
  });
}

async function printed(host: Host, argv: readonly string[]): Promise<string[]> {
  return (await host.exec(['printf', '%s\\0', ...argv])).stdout.split('\0').slice(0, -1);
}

/** The first line that a stream says; it goes on being read. */
export async function firstLine(stream: HostStream): Promise<string> {
  let text = '';
  stream.stdout.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  await vi.waitFor(() => expect(text).toContain('\n'), {timeout: 5000, interval: 5});
  return text.slice(0, text.indexOf('\n'));
}
