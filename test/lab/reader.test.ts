import {execFile} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {TaskTry} from '../../src/airflow/api.ts';
import {type Console, openConsole} from '../../src/console.ts';
import {readProfiles} from '../../src/profile/read-profiles.ts';
import {FileLog} from '../../src/reader/file.ts';
import type {LogLine} from '../../src/reader/line.ts';
import type {LogSource} from '../../src/reader/source.ts';
import {apiTaskLog} from '../../src/reader/task.ts';
import {linesFrom} from '../../src/reader/whole.ts';
import {labExec, labHosts, labInfo} from './hosts.ts';

/** Real logs of real Airflow, over SSH and by the API. */
describe.each(labHosts)('Airflow $airflow', ({name, airflow}) => {
  let folder: string;
  let console: Console;
  let host: string;
  let logs: string;

  beforeAll(async () => {
    const info = await labInfo(name);
    folder = mkdtempSync(join(tmpdir(), 'windsock-lab-reader-'));
    logs = info.logs;
    host = info.ssh.host;
    writeFileSync(join(folder, 'known_hosts'), `[${host}]:${info.ssh.port} ${info.ssh.hostKey}\n`);
    const lines = [
      '[lab]',
      `api = ${info.api.url}`,
      `user = ${info.api.username}`,
      `password = ${info.api.password}`,
      `hosts = ssh://ops@${host}:${info.ssh.port}`,
      `identity_file = ${info.ssh.users.ops?.key}`,
      `known_hosts = ${join(folder, 'known_hosts')}`,
    ];
    writeFileSync(join(folder, 'profiles.ini'), `${lines.join('\n')}\n`, {mode: 0o600});
    const [profile] = (await readProfiles(join(folder, 'profiles.ini'), process.env)).profiles;
    if (profile === undefined) throw new Error('no profile');
    console = openConsole(profile, {
      readOnly: false,
      onBug: error => {
        throw error;
      },
    });
    host = console.hosts[0]?.host.name ?? '';
  });

  afterAll(() => {
    console.close();
    rmSync(folder, {recursive: true});
  });

  /** A task of a run that succeeded, started for this. */
  async function finishedTask(): Promise<TaskTry> {
    const api = await console.airflow();
    await api.setPaused('with_params', false);
    const {id: runId} = await api.trigger('with_params', {conf: {ticket: 'OPS-123'}});
    await expect
      .poll(async () => (await api.run('with_params', runId)).state, {timeout: 200_000, interval: 1_000})
      .toBe('success');
    const [task] = (await api.tasks('with_params', runId)).items;
    if (task === undefined) throw new Error('the run has no task');
    return task;
  }

  async function all(source: LogSource): Promise<readonly LogLine[]> {
    const lines: LogLine[] = [];
    for await (const some of linesFrom(source, undefined, 'all')) lines.push(...some);
    return lines;
  }

  test('the log of a task is the same from its file and by the API', async () => {
    const task = await finishedTask();
    const byFile = await console.logs.task(task);
    expect(byFile).toBeInstanceOf(FileLog);
    const byApi = apiTaskLog(console.airflow, task);
    const entries = async (source: LogSource) =>
      (await all(source))
        .filter(({atMs}) => atMs !== undefined)
        .map(({atMs, level, message}) => ({atMs, level, message}));
    const own = await entries(byFile);
    expect(own.length).toBeGreaterThan(5);
    await expect.poll(() => entries(apiTaskLog(console.airflow, task)), {timeout: 30_000}).toEqual(own);
    byFile.close();
    byApi.close();
  });

  /** A log of this many lines in the log folder, as the Airflow user. */
  async function written(lines: number): Promise<string> {
    const path = `${logs}/reader-test.log`;
    const script = [
      'import sys, os, pwd',
      'with open(sys.argv[1], "w") as log:',
      '    for i in range(int(sys.argv[2])):',
      '        level = "ERROR" if i % 50000 == 25000 else "INFO"',
      '        log.write("[2026-11-22T%02d:%02d:%02d.000+0000] {job.py:12} %s - line %d\\n" % (i // 3600 % 24, i // 60 % 60, i % 60, level, i))',
      'airflow = pwd.getpwnam("airflow")',
      'os.chown(sys.argv[1], airflow.pw_uid, airflow.pw_gid)',
    ].join('\n');
    await labExec(name, 'python3', '-c', script, path, String(lines));
    return path;
  }

  test('a log of 200,000 lines opens at its end, and what is sought is found on the host', async () => {
    const path = await written(200_000);
    const log = console.logs.file(host, path);
    const {lines} = await log.read({at: undefined, back: true, count: 500, level: 'all'});
    expect(lines.at(-1)?.message).toBe('line 199999');
    const first = await log.find('error', undefined, false);
    const {lines: found} = await log.read({at: first, back: false, count: 1, level: 'all'});
    expect(found[0]).toMatchObject({level: 'error', message: 'line 25000'});
    const text = await log.find({text: 'line 123456', isRegex: false}, undefined, true);
    expect(await log.numberOf(text ?? '')).toBe(123_456);
    log.close();
    for (const packer of ['gzip', 'zstd']) {
      if ((await labExec(name, 'sh', '-c', `command -v ${packer} || true`)) === '') continue;
      await labExec(name, packer, '-kf', path);
      const packed = console.logs.file(host, `${path}.${packer === 'gzip' ? 'gz' : 'zst'}`);
      const end = await packed.read({at: undefined, back: true, count: 500, level: 'all'});
      expect(end.lines).toEqual(lines);
      packed.close();
    }
    await labExec(name, 'sh', '-c', `rm -f ${path} ${path}.*`);
  });

  test('a log is followed over a rotation by rename, and over one by copy', async () => {
    const path = await written(3);
    const log = console.logs.file(host, path);
    const stop = new AbortController();
    let last = (await log.read({at: undefined, back: true, count: 10, level: 'all'})).lines.at(-1)?.at;
    const seen: string[] = [];
    const following = (async () => {
      for await (const _ of log.watch(stop.signal, () => {})) {
        for await (const lines of linesFrom(log, last, 'all')) {
          for (const line of lines) if (line.at !== last) seen.push(line.message);
          last = lines.at(-1)?.at ?? last;
        }
      }
    })();
    const append = (text: string) => labExec(name, 'sh', '-c', `echo ${text} >>${path}; chown airflow: ${path}`);
    await append('one');
    await expect.poll(() => seen, {timeout: 20_000}).toEqual(['one']);
    await labExec(name, 'mv', path, `${path}.1`);
    await append('two');
    await expect.poll(() => seen, {timeout: 20_000}).toEqual(['one', 'two']);
    await labExec(name, 'sh', '-c', `cp -p ${path} ${path}.1 && : >${path}`);
    await append('x');
    await expect.poll(() => seen, {timeout: 20_000}).toEqual(['one', 'two', 'x']);
    stop.abort();
    await following;
    log.close();
    await labExec(name, 'sh', '-c', `rm -f ${path} ${path}.*`);
  });

  test('the journal of a unit is read backwards, searched on the host and together with others', async () => {
    const {units} = await console.live.ask(console.hosts[0]?.units ?? (undefined as never));
    const unit = units.find(({component}) => component === 'scheduler');
    if (unit === undefined) throw new Error('no scheduler');
    const journal = console.logs.journal(unit);
    const end = await journal.read({at: undefined, back: true, count: 20, level: 'all'});
    expect(end.lines).toHaveLength(20);
    const before = await journal.read({at: end.lines[0]?.at, back: true, count: 20, level: 'all'});
    expect(before.lines.at(-1)?.at).not.toBe(end.lines[0]?.at);
    expect(before.lines.at(-1)?.atMs ?? 0).toBeLessThanOrEqual(end.lines[0]?.atMs ?? 0);
    const on = await journal.read({at: before.lines[0]?.at, back: false, count: 20, level: 'all'});
    expect(on.lines.map(({at}) => at)).toEqual(before.lines.map(({at}) => at));
    const started = await journal.find({text: 'Started ', isRegex: false}, undefined, false);
    const {lines} = await journal.read({at: started, back: false, count: 1, level: 'all'});
    expect(lines[0]?.message).toMatch(/^Started .*scheduler/);
    const together = await console.logs.journals();
    const merged = await together.read({at: undefined, back: true, count: 200, level: 'all'});
    const times = merged.lines.flatMap(({atMs}) => atMs ?? []);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(merged.lines.map(({from}) => from)).size).toBeGreaterThan(1);
  });

  test('logs tail prints the end of a journal and ends well', async () => {
    const args = [
      'dist/windsock.js',
      'logs',
      'tail',
      'airflow-scheduler',
      '-n',
      '5',
      '--profiles',
      join(folder, 'profiles.ini'),
    ];
    const stdout = await new Promise<string>((resolve, reject) => {
      execFile(process.execPath, args, (error, out) => (error ? reject(error) : resolve(out)));
    });
    expect(stdout.trim().split('\n').length).toBeGreaterThanOrEqual(5);
    expect(airflow).toMatch(/^[23]\./);
  });
});
