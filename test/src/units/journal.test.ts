import {describe, expect, test} from 'vitest';
import type {ExecResult, Host} from '../../../src/host/host.ts';
import {Problem} from '../../../src/problems/problem.ts';
import {followJournal, type JournalLine, lastLines, parseLine, readJournal} from '../../../src/units/journal.ts';
import {FakeHost, fakeStream} from './fake-host.ts';

const entry = (text: unknown, cursor = 'c1', more: object = {}) =>
  JSON.stringify({__CURSOR: cursor, __REALTIME_TIMESTAMP: '1795369616832574', MESSAGE: text, PRIORITY: '3', ...more});
const unit = 'airflow-scheduler.service';

describe('a line', () => {
  test('has its time, priority, text, cursor and the start that it belongs to', () => {
    expect(parseLine(entry('hello', 'c9', {_SYSTEMD_INVOCATION_ID: 'abc', _PID: '29'}))).toEqual({
      atMs: 1_795_369_616_832,
      priority: 3,
      text: 'hello',
      cursor: 'c9',
      invocation: 'abc',
    });
  });

  test.each([
    ['of bytes that are no UTF-8', [104, 105, 255, 33], 'hi\uFFFD!'],
    ['too long for journalctl', null, '(a line too long for journalctl)'],
    ['given twice', ['one', [116, 119, 111]], 'one\ntwo'],
    ['with control characters', '\u001B[31mred\u001B[0m\u0007\n', 'red'],
    ['of several lines', 'Traceback:\n  File "a.py"', 'Traceback:\n  File "a.py"'],
    ['without a message', undefined, ''],
  ])('%s can be read', (_what, message, text) => {
    expect(parseLine(entry(message))?.text).toBe(text);
  });

  test.each(['', '-- No entries --', '{', '{"MESSAGE":"no cursor"}'])('"%s" is none', text => {
    expect(parseLine(text)).toBeUndefined();
  });
});

/** Answers `journalctl` calls in turn. */
function hostWith(...answers: readonly Partial<ExecResult>[]): Host & {readonly asked: (readonly string[])[]} {
  const asked: (readonly string[])[] = [];
  let next = 0;
  return Object.assign(new FakeHost(), {
    asked,
    exec: async (argv: readonly string[]): Promise<ExecResult> => {
      asked.push(argv);
      return {code: 0, signal: undefined, stdout: '', stderr: '', ...answers[next++]};
    },
  });
}

test('the last lines come oldest first', async () => {
  const host = hostWith({stdout: `${entry('one', 'a')}\n${entry('two', 'b')}\n`});
  expect((await lastLines(host, unit, 2)).map(({text}) => text)).toEqual(['one', 'two']);
  expect(host.asked[0]).toEqual(expect.arrayContaining(['journalctl', '-u', unit, '-n', '2', '-o', 'json']));
});

test('who may not read the journal is told so, and in which group to be', async () => {
  const hint = 'Hint: You are currently not seeing messages from other users and the system.\n';
  const problem = await lastLines(hostWith({}, {stderr: hint}), unit, 5).catch((error: unknown) => error);
  expect(problem).toMatchObject({code: 'host.journal-denied', detail: `af-1: ops sees no line of ${unit}`});
  expect((problem as Problem).hint).toContain('systemd-journal');
});

test('a unit without lines has none, and that is no problem', async () => {
  expect(await lastLines(hostWith({}, {}), unit, 5)).toEqual([]);
});

test('a journalctl that fails is a problem with its last words', async () => {
  await expect(lastLines(hostWith({code: 1, stderr: 'Failed to x'}, {}), unit, 5)).rejects.toMatchObject({
    code: 'host.command-failed',
    detail: 'af-1: journalctl: Failed to x',
  });
});

type FakeStream = ReturnType<typeof fakeStream>;

/** Gives one stream for each journalctl. */
function streaming(...streams: readonly FakeStream[]): Host & {readonly followed: (readonly string[])[]} {
  const followed: (readonly string[])[] = [];
  return Object.assign(hostWith(), {
    followed,
    stream: async (argv: readonly string[]) => {
      const found = streams[followed.length];
      followed.push(argv);
      if (found === undefined) throw new Error('one stream too many');
      return found.stream;
    },
  });
}

/** A journalctl that prints this and ends. */
function printed(...entries: readonly string[]): FakeStream {
  const made = fakeStream();
  made.write(entries.map(each => `${each}\n`).join(''));
  made.succeed();
  return made;
}

test('a journal is read as far back as it is wanted', async () => {
  const host = streaming(printed(entry('one', 'a'), entry('two', 'b')));
  const texts: string[] = [];
  const range = {lines: 7, sinceMs: 3_600_000, signal: new AbortController().signal};
  for await (const {text} of readJournal(host, unit, range)) texts.push(text);
  expect(texts).toEqual(['one', 'two']);
  expect(host.followed[0]?.join(' ')).toContain(`-u ${unit} -n 7 --since -3600s`);
});

test('a followed journal of which nothing is old enough begins no earlier than it is wanted', async () => {
  const only = fakeStream();
  const host = streaming(printed(), only);
  const abort = new AbortController();
  const lines = followJournal(host, unit, {sinceMs: 60_000, signal: abort.signal});
  only.write(`${entry('new')}\n`);
  expect((await lines.next()).value).toMatchObject({text: 'new'});
  expect(host.followed[1]?.join(' ')).toContain('-f -n all --since -60s');
  abort.abort();
  await lines.next();
});

test('a followed journal goes on after a lost connection where it was left', async () => {
  const streams = [fakeStream(), fakeStream()];
  const host = streaming(printed(entry('old', 'c0')), ...streams);
  const abort = new AbortController();
  const problems: (string | undefined)[] = [];
  const lines = followJournal(host, unit, {
    lines: 10,
    signal: abort.signal,
    onProblem: problem => problems.push(problem?.code),
  });
  const next = async () => (await lines.next()).value as JournalLine;
  expect((await next()).text).toBe('old');
  streams[0]?.write(`${entry('new', 'c1')}\n`);
  expect((await next()).text).toBe('new');
  const resumed = next();
  streams[0]?.finish(new Problem('host.lost'));
  streams[1]?.write(`${entry('newer', 'c2')}\n`);
  expect((await resumed).text).toBe('newer');
  expect(host.followed.slice(1).map(argv => argv.find(word => word.startsWith('--after-cursor')))).toEqual([
    '--after-cursor=c0',
    '--after-cursor=c1',
  ]);
  expect(problems).toEqual([undefined, 'host.lost', undefined]);
  abort.abort();
  expect((await lines.next()).done).toBe(true);
});

test('a journalctl that ends by itself is a problem', async () => {
  const only = fakeStream();
  const host = streaming(printed(entry('old')), only);
  const lines = followJournal(host, unit, {lines: 1, signal: new AbortController().signal});
  await lines.next();
  only.finish();
  await expect(lines.next()).rejects.toMatchObject({
    code: 'host.command-failed',
    detail: 'af-1: journalctl ended with 1: its last words',
  });
});

test('a line that does not end is told as such, and the next one comes', async () => {
  const only = fakeStream();
  const host = streaming(printed(entry('old')), only);
  const abort = new AbortController();
  const lines = followJournal(host, unit, {lines: 1, signal: abort.signal});
  await lines.next();
  only.write(`${entry('x'.repeat(3_000_000), 'c1')}\n${entry('after\u2028it', 'c2')}\n`);
  expect((await lines.next()).value).toMatchObject({text: '(a line of more than 1 MiB)', cursor: 'c1'});
  expect((await lines.next()).value).toMatchObject({cursor: 'c2'});
  abort.abort();
  await lines.next();
});
