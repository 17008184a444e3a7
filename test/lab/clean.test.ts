import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi} from 'vitest';
import {Terminal} from '../terminal/terminal.ts';
import {type LabInfo, lab, labExec, labFault, labInfo} from './hosts.ts';

const program = fileURLToPath(new URL('../../dist/windsock.js', import.meta.url));
const run = promisify(execFile);

/** Hosts of its own, with a small log volume that has few inodes: it is filled, and the host halted in the end. */
const hosts = [
  {name: 'cl2', airflow: '2.11.0'},
  {name: 'cl3', airflow: '3.3.2'},
] as const;

describe.each(hosts)('a clean-up of the logs of a real host: Airflow $airflow', ({name, airflow}) => {
  let info: LabInfo;
  let folder: string;
  let terminal: Terminal | undefined;
  const web = airflow.startsWith('2') ? 'webserver' : 'api-server';

  beforeAll(async () => {
    await run(lab, ['up', name, '--airflow', airflow, '--log-size', '1G', '--log-inodes', '60000'], {
      maxBuffer: 64 * 1024 * 1024,
    });
    info = await labInfo(name);
    folder = mkdtempSync(join(tmpdir(), 'windsock-lab-test-'));
    const {host, port, hostKey, users} = info.ssh;
    writeFileSync(join(folder, 'known_hosts'), `[${host}]:${port} ${hostKey}\n`);
    const lines = [
      '[lab]',
      `api = ${info.api.url}`,
      `user = ${info.api.username}`,
      `password = ${info.api.password}`,
      `hosts = ssh://ops@${host}:${port}`,
      `identity_file = ${users.ops?.key}`,
      `known_hosts = ${join(folder, 'known_hosts')}`,
      '',
    ];
    writeFileSync(join(folder, 'profiles.ini'), lines.join('\n'), {mode: 0o600});
  });

  afterEach(async () => {
    await terminal?.close();
    terminal = undefined;
  });

  afterAll(async () => {
    await run(lab, ['rm', name], {maxBuffer: 64 * 1024 * 1024});
    rmSync(folder, {recursive: true});
  });

  const env = () => ({...process.env, XDG_STATE_HOME: join(folder, 'state')});

  function start(...args: readonly string[]) {
    const command = [program, ...args, '--profiles', join(folder, 'profiles.ini')];
    const child = spawn(process.execPath, command, {env: env(), stdio: ['ignore', 'pipe', 'pipe']});
    const said = {text: ''};
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (said.text += chunk));
    const ended = once(child, 'close').then(([code]) => code as number | null);
    return {child, said, ended};
  }

  async function headless(...args: readonly string[]): Promise<{readonly code: number | null; readonly text: string}> {
    const {ended, said} = start(...args);
    return {code: await ended, text: said.text};
  }

  /** Logs of ninety days, in folders that are as old. */
  async function fill(files: number): Promise<void> {
    await labExec(
      name,
      'find',
      info.logs,
      '-mindepth',
      '1',
      '-name',
      'dag_id=*',
      '-prune',
      '-exec',
      'rm',
      '-rf',
      '{}',
      '+',
    );
    await run(lab, ['fill-logs', name, '--files', String(files), '--dags', '10', '--manager-mb', '1']);
    await labExec(name, 'find', info.logs, '-type', 'd', '-exec', 'touch', '-d', '2 days ago', '{}', '+');
  }

  const logsLeft = async (): Promise<number> =>
    Number(await labExec(name, 'sh', '-c', `find ${info.logs} -name 'attempt=*.log' | wc -l`));
  const free = async (what: 'avail' | 'iavail'): Promise<number> =>
    Number((await labExec(name, 'df', `--output=${what}`, info.logs)).split('\n')[1]);

  /** To the last one. Airflow itself may remove a file in between: then what it gave back is taken as well. */
  async function fillUp(fault: 'full-disk' | 'full-inodes', what: 'avail' | 'iavail'): Promise<void> {
    onTestFinished(() => labFault(name, 'heal'));
    await vi.waitFor(
      async () => {
        await labFault(name, fault);
        expect(await free(what)).toBe(0);
      },
      {timeout: 60_000, interval: 500},
    );
  }

  /** On Health, once it has seen the volume; then the keys of a tired administrator. */
  async function cleanUpFromHealth(what: 'space' | 'inodes'): Promise<void> {
    terminal = new Terminal(['--profiles', join(folder, 'profiles.ini')], {columns: 110, rows: 40, env: env()});
    await terminal.sees(new RegExp(`/var/log/airflow on .* \\(logs\\) has used 100 % of its ${what}`), 90_000);
    terminal.press('C');
    await terminal.sees(/Takes [\d,]+ of [\d,]+ files/, 60_000);
    terminal.press('\r');
    await terminal.sees(/1 {2}delete [\d,]+ files/, 60_000);
    await terminal.sees('y delete', 30_000);
    // A press that comes before the preview was read is dropped.
    await vi.waitFor(
      async () => {
        terminal?.press('y');
        await terminal?.sees(/files were deleted/, 2_000);
      },
      {timeout: 120_000},
    );
    await terminal.sees(/Planned .* freed /, 60_000);
  }

  async function airflowWorks(): Promise<void> {
    const {code, text} = await headless('dags', 'trigger', 'quick_success', '--yes', '--wait');
    expect(text).toMatch(/The run succeeded/);
    expect(code).toBe(0);
  }

  test('0 bytes free: Health says so, three keys later the plan is there, and afterwards Airflow works', async () => {
    await fill(4_000);
    await fillUp('full-disk', 'avail');
    await cleanUpFromHealth('space');
    expect(await free('avail')).toBeGreaterThan(100_000);
    await airflowWorks();
  });

  test('0 inodes free and the API stopped: the same', async () => {
    await fill(4_000);
    await labFault(name, 'stop', web);
    await fillUp('full-inodes', 'iavail');
    await cleanUpFromHealth('inodes');
    expect(await free('iavail')).toBeGreaterThan(3_000);
    await labFault(name, 'start', web);
    await vi.waitFor(airflowWorks, {timeout: 120_000, interval: 5_000});
  });

  /** A clean-up that has deleted something, and is far from its end. */
  async function inTheMiddle() {
    const clean = start('logs', 'clean', '--older-than', '1d', '--yes');
    await vi.waitFor(() => expect(clean.said.text).toMatch(/files and folders, .* freed/), {
      timeout: 120_000,
      interval: 5,
    });
    return clean;
  }

  /** No agent runs on the host within a second, and nothing is deleted any more. */
  async function nothingGoesOn(): Promise<void> {
    const agents = () => labExec(name, 'sh', '-c', "pgrep -fc 'exec[(]sys.stdin' || true");
    await vi.waitFor(async () => expect((await agents()).trim()).toBe('0'), {timeout: 3_000, interval: 50});
    const left = await logsLeft();
    expect(left).toBeGreaterThan(0);
    await headless('units', 'list');
    expect(await logsLeft()).toBe(left);
  }

  test('the connection cut in the middle: nothing goes on, and the report says how far it came', async () => {
    await fill(16_000);
    const {said, ended} = await inTheMiddle();
    await labExec(name, 'pkill', '-f', 'sshd: ops');
    await nothingGoesOn();
    expect(await ended).toBe(1);
    expect(said.text).toMatch(/[\d,]+ of [\d,]+ files were deleted/);
  });

  test('windsock killed in the middle: nothing goes on, and the next start says what was done', async () => {
    await fill(16_000);
    const {child, ended} = await inTheMiddle();
    child.kill('SIGKILL');
    await nothingGoesOn();
    await ended;
    const next = await headless('logs', 'clean', '--older-than', '1d', '--dry-run');
    expect(next.code).toBe(0);
    const told = /The clean-up of .* ago, was cut off: [\d,]+ of [\d,]+ files were deleted/;
    expect(next.text).toMatch(told);
    expect((await headless('health')).text).toMatch(told);
  });

  test('a clean-up is refused with 75 while another process has the folder, and nothing is deleted', async () => {
    await labExec(name, 'sh', '-c', `flock ${info.logs} sleep 300 >/dev/null 2>&1 & sleep 1`);
    const left = await logsLeft();
    const refused = await headless('logs', 'clean', '--older-than', '1d', '--yes');
    expect(refused.text).toMatch(/Another clean-up of this log folder runs: .* process \d+ holds it/);
    expect(refused.code).toBe(75);
    expect(await logsLeft()).toBe(left);
    await labExec(name, 'pkill', '-f', 'sleep 300');
  });

  test('the host halted in the middle: the report says how far it came', async () => {
    await fill(16_000);
    const {said, ended} = await inTheMiddle();
    await run(lab, ['power-off', name], {maxBuffer: 64 * 1024 * 1024});
    expect(await ended).toBe(1);
    expect(said.text).toMatch(/[\d,]+ of [\d,]+ files were deleted/);
  });
});
