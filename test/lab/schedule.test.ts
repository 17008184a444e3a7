import {execFile} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {gunzipSync} from 'node:zlib';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import {type LabInfo, lab, labExec, labInfo} from './hosts.ts';

const program = fileURLToPath(new URL('../../dist/windsock.js', import.meta.url));
const run = promisify(execFile);
const much = {maxBuffer: 64 * 1024 * 1024};

const hosts = [
  {name: 'sc2', airflow: '2.11.0', also: 'logrotate'},
  {name: 'sc3', airflow: '3.3.2', also: 'cron'},
] as const;

describe.each(hosts)('a clean-up that runs by itself on a real host: Airflow $airflow', ({name, airflow, also}) => {
  let info: LabInfo;
  let folder: string;

  beforeAll(async () => {
    await run(lab, ['up', name, '--airflow', airflow], much);
    info = await labInfo(name);
    const packages = 'apt-get -qq update && apt-get -qq install -y --no-install-recommends cron logrotate';
    await labExec(name, 'sh', '-c', `DEBIAN_FRONTEND=noninteractive; export DEBIAN_FRONTEND; ${packages}`);
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

  /** What health finds of the clean-ups of that name. */
  async function found(what: string): Promise<readonly string[]> {
    const {findings} = JSON.parse((await headless('ops', 'health', '--json')).stdout);
    return (findings as readonly {readonly check: string; readonly level: string; readonly text: string}[])
      .filter(({check, level}) => check === 'scheduled-clean-ups' && level !== 'ok')
      .map(({text}) => text)
      .filter(text => text.includes(what));
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
    expect(await found('windsock_log_clean_up')).toEqual([]);
    await headless('ops', 'dags', 'pause', 'windsock_log_clean_up', '--yes');
    expect(await found('windsock_log_clean_up')).toEqual([
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
    expect(await found('windsock-log-clean-up.timer')).toEqual([]);
    await labExec(name, 'mv', '/usr/local/sbin/windsock-log-clean-up', '/root/');
    await labExec(name, 'sh', '-c', 'systemctl start windsock-log-clean-up.service || true');
    expect(await found('windsock-log-clean-up.timer')).toEqual([
      expect.stringMatching(/^The last clean-up of logs by windsock-log-clean-up.timer on .* failed/),
    ]);
    await labExec(name, 'mv', '/root/windsock-log-clean-up', '/usr/local/sbin/');
    await labExec(name, 'systemctl', 'stop', 'windsock-log-clean-up.timer');
    expect(await found('windsock-log-clean-up.timer')).toEqual([
      expect.stringMatching(/^windsock-log-clean-up.timer on .* cleans up logs, but is off/),
    ]);
    expect((await headless('admin', 'logs', 'schedule', 'remove', '--as', 'timer', '--yes')).code).toBe(0);
    expect(await listed()).not.toContainEqual(expect.objectContaining(timer));
    expect(await labExec(name, 'sh', '-c', 'ls /etc/systemd/system /usr/local/sbin')).not.toContain('windsock');
  });

  // What follows takes a minute and is the same on both.
  if (also === 'cron') {
    const cron = {kind: 'cron', name: '/etc/cron.d/windsock-log-clean-up'};

    test('the cron line is taken by cron, whose run deletes exactly what the rule previews', async () => {
      const rule = ['--older-than', '20d'];
      const asked = ['logs', 'schedule', ...rule, '--as', 'cron'];
      const shown = await headless('admin', ...asked, '--dry-run');
      expect(shown.stdout).toContain('write /etc/cron.d/windsock-log-clean-up  (as root)');
      await expect(labExec(name, 'test', '-e', cron.name)).rejects.toThrow();
      const placed = await headless('admin', ...asked, '--yes');
      expect(placed.stdout).toContain('0 files could not be deleted.');
      expect(placed.code).toBe(0);
      await fill();
      const planned = await previewed(...rule);
      expect(planned.length).toBeGreaterThan(50);
      const before = await there();
      // Nobody waits for the night: the next minute is the time.
      await labExec(name, 'sed', '-i', 's/^15 3 /* * /', cron.name);
      const journal = () => labExec(name, 'journalctl', '-q', '-o', 'cat', '-u', 'cron');
      await vi.waitFor(
        async () => expect(await journal()).toMatch(/^Done: deleted \d+ files, .* 0 files could not be deleted\.$/m),
        {timeout: 90_000, interval: 1_000},
      );
      expect(await journal()).toContain(
        '(airflow) CMD (/usr/local/sbin/windsock-log-clean-up 2>&1 | logger -t windsock-log-clean-up)',
      );
      expect(await journal()).not.toMatch(/Error|WRONG|bad (minute|hour|command|username)/);
      const after = await there();
      expect([...before].filter(path => !after.has(path)).sort()).toEqual(
        planned.map(path => path.toWellFormed()).sort(),
      );
      expect(await listed()).toContainEqual(expect.objectContaining({...cron, lastResult: 'done'}));
      expect(await found(cron.name)).toEqual([]);
    }, 180_000);

    test('cron lines of others are listed: of /etc/cron.d, of cron.daily and of a crontab of the Airflow user', async () => {
      const find = `find ${info.logs} -type f -mtime +90 -delete`;
      await labExec(name, 'sh', '-c', `echo '5 4 * * * root ${find}' > /etc/cron.d/old-logs`);
      await labExec(name, 'sh', '-c', `printf 'logs=${info.logs}\\nfind "$logs" -delete\\n' > /etc/cron.daily/tidy`);
      await labExec(name, 'sh', '-c', `echo '6 4 * * * ${find}' | crontab -u airflow -`);
      const names = (await listed()).map(each => (each as {readonly name?: string}).name);
      expect(names).toEqual(
        expect.arrayContaining(['/etc/cron.d/old-logs', '/etc/cron.daily/tidy', 'crontab of airflow']),
      );
      await labExec(name, 'sh', '-c', 'rm /etc/cron.d/old-logs /etc/cron.daily/tidy; crontab -r -u airflow');
    });

    test('the cron line is taken back', async () => {
      expect((await headless('admin', 'logs', 'schedule', 'remove', '--as', 'cron', '--yes')).code).toBe(0);
      expect(await listed()).not.toContainEqual(expect.objectContaining({kind: 'cron'}));
      expect(await labExec(name, 'sh', '-c', 'ls /etc/cron.d /usr/local/sbin')).not.toContain('windsock');
    });
  }

  if (also === 'logrotate') {
    test('the rule of logrotate turns over a log that is being written, whose writer goes on in the same file', async () => {
      const rule = {kind: 'logrotate', name: '/etc/logrotate.d/windsock-open-logs'};
      const asked = ['logs', 'schedule', '--older-than', '14d', '--as', 'logrotate', '--name', 'open-logs'];
      const shown = await headless('admin', ...asked, '--dry-run');
      expect(shown.stdout).toContain('copytruncate');
      await expect(labExec(name, 'test', '-e', rule.name)).rejects.toThrow();
      const placed = await headless('admin', ...asked, '--yes');
      expect(placed.stdout).toContain('it takes it');
      expect(placed.code).toBe(0);
      expect(await labExec(name, 'sh', '-c', `logrotate -d ${rule.name} 2>&1`)).not.toMatch(/^error/im);
      // A daemon of Airflow that writes.
      const log = `${info.logs}/dag_processor_manager/dag_processor_manager.log`;
      const write = `i=0; while [ $i -lt 400 ]; do i=$((i + 1)); echo "windsock test line $i"; sleep 0.01; done >> ${log}`;
      const writing = labExec(name, 'runuser', '-u', 'airflow', '--', 'sh', '-c', write);
      await vi.waitFor(() => labExec(name, 'grep', '-q', 'windsock test line 20$', log), {timeout: 20_000});
      await labExec(name, 'logrotate', '--force', rule.name);
      await writing;
      const numbers = async (command: string) =>
        [...(await labExec(name, 'sh', '-c', command)).matchAll(/windsock test line (\d+)$/gm)].map(([, at]) =>
          Number(at),
        );
      const [copied, after] = [await numbers(`gzip -dc ${log}.1.gz`), await numbers(`cat ${log}`)];
      // What came between the copy and the emptying is lost, and nothing else.
      expect(copied).toEqual(Array.from({length: copied.length}, (_, at) => at + 1));
      expect(after).toEqual(Array.from({length: after.length}, (_, at) => 400 - after.length + at + 1));
      expect(copied.length + after.length).toBeGreaterThan(350);
      expect(await labExec(name, 'sh', '-c', `tr -d -c '\\000' < ${log} | wc -c`)).toBe('0\n');
      expect(await labExec(name, 'stat', '-c', '%U', log, `${log}.1.gz`)).toBe('airflow\nairflow\n');
      expect(await listed()).toContainEqual(expect.objectContaining({...rule, lastRunAt: expect.any(String)}));
      expect(await found(rule.name)).toEqual([]);
      const taken = await headless('admin', 'logs', 'schedule', 'remove', 'open-logs', '--as', 'logrotate', '--yes');
      expect(taken.code).toBe(0);
      expect(await listed()).not.toContainEqual(expect.objectContaining(rule));
    });
  }

  test('who may not act as root is told so before anything is written', async () => {
    const refused = await headless('ops', 'logs', 'schedule', '--older-than', '30d', '--as', 'timer', '--yes');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('may not run something as root');
    expect(await labExec(name, 'ls', '/usr/local/sbin')).toBe('');
  });
});
