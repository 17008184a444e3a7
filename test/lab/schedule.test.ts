import {execFile} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {gunzipSync} from 'node:zlib';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {type LabInfo, lab, labExec, labInfo} from './hosts.ts';

const program = fileURLToPath(new URL('../../dist/windsock.js', import.meta.url));
const run = promisify(execFile);
const much = {maxBuffer: 64 * 1024 * 1024};

const hosts = [
  {name: 'sc2', airflow: '2.11.0'},
  {name: 'sc3', airflow: '3.3.2'},
] as const;

describe.each(hosts)('a clean-up that runs by itself on a real host: Airflow $airflow', ({name, airflow}) => {
  let info: LabInfo;
  let folder: string;

  beforeAll(async () => {
    await run(lab, ['up', name, '--airflow', airflow], much);
    info = await labInfo(name);
    folder = mkdtempSync(join(tmpdir(), 'windsock-lab-test-'));
    const {host, port, hostKey, users} = info.ssh;
    writeFileSync(join(folder, 'known_hosts'), `[${host}]:${port} ${hostKey}\n`);
    const profile = (user: string, ...more: readonly string[]) => [
      `[${user}]`,
      `api = ${info.api.url}`,
      `user = ${info.api.username}`,
      `password = ${info.api.password}`,
      `hosts = ssh://${user}@${host}:${port}`,
      `identity_file = ${users[user]?.key}`,
      `known_hosts = ${join(folder, 'known_hosts')}`,
      ...more,
      '',
    ];
    const text = [...profile('ops'), ...profile('admin', `become_password_command = echo ${users.admin?.password}`)];
    writeFileSync(join(folder, 'profiles.ini'), text.join('\n'), {mode: 0o600});
  });

  afterAll(async () => {
    await run(lab, ['rm', name], much);
    rmSync(folder, {recursive: true});
  });

  type Ended = {readonly code: number; readonly stdout: string; readonly stderr: string};

  /** `ops` may do anything as airflow, `admin` as root. */
  async function headless(user: 'ops' | 'admin', ...args: readonly string[]): Promise<Ended> {
    const argv = [program, ...args, '--profiles', join(folder, 'profiles.ini'), '--profile', user];
    const env = {...process.env, XDG_STATE_HOME: join(folder, 'state')};
    try {
      return {code: 0, ...(await run(process.execPath, argv, {...much, env}))};
    } catch (error) {
      return error as Ended;
    }
  }

  /** Logs of sixty days with names that nobody wants, in folders that are as old. */
  async function fill(): Promise<void> {
    await run(lab, ['fill-logs', name, '--files', '300', '--dags', '5', '--days', '60', '--manager-mb', '1'], much);
    await labExec(
      name,
      'find',
      info.logs,
      '-mindepth',
      '1',
      '-type',
      'd',
      '-exec',
      'touch',
      '-d',
      '2 days ago',
      '{}',
      '+',
    );
  }

  const there = async (): Promise<ReadonlySet<string>> =>
    new Set((await labExec(name, 'find', info.logs, '-mindepth', '1', '-printf', '%P\\0')).split('\0'));

  /** Exactly what the plan of `logs clean` by the same rule names: files and folders. */
  async function previewed(...rule: readonly string[]): Promise<readonly string[]> {
    const {stdout} = await headless('ops', 'logs', 'clean', ...rule, '--dry-run', '--json');
    const file: string = JSON.parse(stdout).plan.facts.plan;
    const [, ...groups] = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
    return groups.flatMap(line => {
      const [names, files, inode] = JSON.parse(line) as [string[], [string][], string | null];
      const path = names.join('/');
      return [...files.map(([each]) => (path === '' ? each : `${path}/${each}`)), ...(inode === null ? [] : [path])];
    });
  }

  async function deletesWhatIsPreviewed(rule: readonly string[], schedule: () => Promise<Ended>): Promise<Ended> {
    await fill();
    const planned = await previewed(...rule);
    expect(planned.length).toBeGreaterThan(50);
    const before = await there();
    const ended = await schedule();
    expect(ended.stdout + ended.stderr).toContain('0 files could not be deleted.');
    expect(ended.code).toBe(0);
    const after = await there();
    expect([...before].filter(path => !after.has(path)).sort()).toEqual(
      planned.map(path => path.toWellFormed()).sort(),
    );
    return ended;
  }

  /** What `logs schedule list` tells of DAGs and of the host. */
  async function listed(): Promise<readonly unknown[]> {
    const {dags, hosts} = JSON.parse((await headless('ops', 'logs', 'schedule', 'list', '--json')).stdout);
    return [...dags, ...hosts[0].schedules];
  }

  /** What health finds of clean-ups. */
  async function found(): Promise<readonly string[]> {
    const {findings} = JSON.parse((await headless('ops', 'health', '--json')).stdout);
    return (findings as readonly {readonly check: string; readonly level: string; readonly text: string}[])
      .filter(({check, level}) => check === 'scheduled-clean-ups' && level !== 'ok')
      .map(({text}) => text);
  }

  test('the DAG is imported by the host, placed, and its run deletes exactly what the rule previews', async () => {
    const rule = ['--older-than', '30d'];
    const {stdout} = await deletesWhatIsPreviewed(rule, () =>
      headless('ops', 'logs', 'schedule', ...rule, '--as', 'dag', '--yes'),
    );
    expect(stdout).toContain(`Airflow ${airflow} reads it: windsock_log_clean_up, 1 task`);
    expect(await listed()).toContainEqual(
      expect.objectContaining({id: 'windsock_log_clean_up', paused: false, lastResult: 'success'}),
    );
    expect(await found()).toEqual([]);
    await headless('ops', 'dags', 'pause', 'windsock_log_clean_up', '--yes');
    expect(await found()).toEqual([
      expect.stringMatching(/^The DAG windsock_log_clean_up cleans up logs, and is paused/),
    ]);
  });

  test('a DAG file that was changed by hand is not written over unsaid, and is taken back', async () => {
    const path = `${info.dags}/windsock_log_clean_up.py`;
    await labExec(name, 'sh', '-c', `echo '# mine' >> ${path}`);
    const {stdout} = await headless('ops', 'logs', 'schedule', '--older-than', '40d', '--as', 'dag', '--dry-run');
    expect(stdout).toContain(`${path} was changed by hand since windsock placed it: those changes are lost.`);
    expect((await headless('ops', 'logs', 'schedule', 'remove', '--as', 'dag', '--yes')).code).toBe(0);
    await expect(labExec(name, 'test', '-e', path)).rejects.toThrow();
  });

  test('the timer runs the same as the user of Airflow, and is taken back', async () => {
    const rule = ['--older-than', '10d', '--class', 'task', '--dag', 'team0_etl_000', 'team1_etl_001', 'hostile'];
    await deletesWhatIsPreviewed(rule, () =>
      headless('admin', 'logs', 'schedule', ...rule, '--as', 'timer', '--at', '04:30', '--yes'),
    );
    const shown = await labExec(
      name,
      'systemctl',
      'show',
      '-p',
      'ActiveState,NextElapseUSecRealtime',
      'windsock-log-clean-up.timer',
    );
    expect(shown).toMatch(/ 04:30:00 UTC\nActiveState=active/);
    const timer = {kind: 'timer', name: 'windsock-log-clean-up.timer', isOff: false};
    expect(await listed()).toContainEqual(expect.objectContaining({...timer, lastResult: 'done'}));
    expect(await found()).toEqual([]);
    await labExec(name, 'mv', '/usr/local/sbin/windsock-log-clean-up', '/root/');
    await labExec(name, 'sh', '-c', 'systemctl start windsock-log-clean-up.service || true');
    expect(await found()).toEqual([
      expect.stringMatching(/^The last clean-up of logs by windsock-log-clean-up.timer on .* failed/),
    ]);
    await labExec(name, 'mv', '/root/windsock-log-clean-up', '/usr/local/sbin/');
    await labExec(name, 'systemctl', 'stop', 'windsock-log-clean-up.timer');
    expect(await found()).toEqual([
      expect.stringMatching(/^windsock-log-clean-up.timer on .* cleans up logs, but is off/),
    ]);
    expect((await headless('admin', 'logs', 'schedule', 'remove', '--as', 'timer', '--yes')).code).toBe(0);
    expect(await listed()).not.toContainEqual(expect.objectContaining(timer));
    expect(await labExec(name, 'sh', '-c', 'ls /etc/systemd/system /usr/local/sbin')).not.toContain('windsock');
  });

  test('who may not act as root is told so before anything is written', async () => {
    const refused = await headless('ops', 'logs', 'schedule', '--older-than', '30d', '--as', 'timer', '--yes');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('may not run something as root');
    expect(await labExec(name, 'ls', '/usr/local/sbin')).toBe('');
  });
});
