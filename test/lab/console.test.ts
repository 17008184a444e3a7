import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {Terminal} from '../terminal/terminal.ts';
import {type LabInfo, labExec, labFault, labHosts, labInfo} from './hosts.ts';

/** The built program on a terminal, against real Airflow under real systemd behind a real sshd. */
describe.each(labHosts)('Airflow $airflow', ({name, airflow}) => {
  let info: LabInfo;
  let folder: string;
  let terminal: Terminal | undefined;
  const web = airflow.startsWith('2') ? 'webserver' : 'api-server';

  beforeAll(async () => {
    info = await labInfo(name);
    folder = mkdtempSync(join(tmpdir(), 'windsock-lab-test-'));
    const {host, port, hostKey} = info.ssh;
    writeFileSync(join(folder, 'known_hosts'), `[${host}]:${port} ${hostKey}\n`);
    const profile = (user: string) =>
      [
        `[${user}]`,
        `api = ${info.api.url}`,
        `user = ${info.api.username}`,
        `password = ${info.api.password}`,
        `hosts = ssh://${user}@${host}:${port}`,
        `identity_file = ${info.ssh.users[user]?.key}`,
        `known_hosts = ${join(folder, 'known_hosts')}`,
        '',
      ].join('\n');
    writeFileSync(join(folder, 'profiles.ini'), profile('ops') + profile('viewer'), {mode: 0o600});
  });

  afterEach(async () => {
    await terminal?.close();
    terminal = undefined;
    await labFault(name, 'heal');
  });

  afterAll(() => rmSync(folder, {recursive: true}));

  function open(user = 'ops'): Terminal {
    const env = {XDG_STATE_HOME: folder};
    terminal = new Terminal(['--profiles', join(folder, 'profiles.ini'), '--profile', user], {
      columns: 110,
      rows: 34,
      env,
    });
    return terminal;
  }

  const pidOf = async (unit: string) => (await labExec(name, 'systemctl', 'show', '-P', 'MainPID', unit)).trim();

  const airflowCommand = (...args: readonly string[]) =>
    labExec(
      name,
      ...['setpriv', '--reuid', 'airflow', '--regid', 'airflow', '--init-groups'],
      ...['env', 'AIRFLOW_HOME=/opt/airflow', 'HOME=/opt/airflow', '/opt/airflow/venv/bin/airflow', ...args],
    );

  /** On the Health screen, with the scheduler under the cursor. */
  async function healthy(screen: Terminal): Promise<void> {
    await screen.sees(/Airflow is scheduling/, 90_000);
    screen.press('g');
    await screen.sees(/▸ scheduler +healthy/);
  }

  test('a scheduler that was killed is seen, named, restarted, and its new heartbeat reported', async () => {
    const screen = open();
    await healthy(screen);
    await labFault(name, 'kill-scheduler');
    const killedAtMs = performance.now();
    await screen.sees(/Nothing is being scheduled: the scheduler last reported \d+.* ago\./, 40_000);
    expect(performance.now() - killedAtMs).toBeLessThan(40_000);
    await screen.sees(/airflow-scheduler on 127\.0\.0\.1 is failed \(killed, signal 9\)\. R restarts it\./);
    screen.press('R');
    await screen.sees(/systemctl restart airflow-scheduler\.service/);
    await screen.sees('y restart');
    screen.press('y');
    await screen.sees(/airflow-scheduler is active again; its first heartbeat came after/, 120_000);
    screen.press('\x1b');
    await screen.sees(/Airflow is scheduling/, 30_000);
  });

  test('with_params is triggered from its form and followed to success', async () => {
    const screen = open();
    await healthy(screen);
    screen.press('2');
    await screen.sees(/\d+ DAGs · /);
    screen.press('/with_params\r');
    await screen.sees(/▸ with_params/);
    screen.press('T');
    await screen.sees(/ticket \*/);
    screen.press('\t\t\t\tOPS-7');
    await screen.sees(/ticket \* +OPS-7/);
    screen.press('\r');
    await screen.sees('y trigger');
    screen.press('y');
    await screen.sees(/The run succeeded after/, 120_000);
    screen.press('\x1b');
    await screen.until(text => !text.includes('Trigger with_params'), 'the report to leave');
    screen.press('\r');
    await screen.sees(/✓ success +manual__/);
    screen.press('\r');
    await screen.sees(/✓ success +show/);
  });

  test('a user without the right is shown the sudoers lines, and nothing is changed', async () => {
    const before = await pidOf('airflow-scheduler');
    const screen = open('viewer');
    await screen.sees(/▸ scheduler .* active/, 60_000);
    // Its volumes and settings are read as the Airflow user: sudo asks once, and is not answered.
    await screen.sees('Password for sudo', 60_000);
    screen.press('\x1b');
    await screen.until(text => !text.includes('Password for sudo'), 'the question to leave');
    screen.press('gR');
    await screen.sees(/viewer ALL=\(root\) NOPASSWD: \/usr\/bin\/systemctl restart airflow-scheduler\.service/);
    await screen.sees(/viewer ALL=\(root\) NOPASSWD: \/usr\/bin\/systemctl restart airflow-scheduler *│/);
    expect(screen.text()).not.toContain('y restart');
    screen.press('y');
    screen.press('\x1b');
    await screen.until(text => !text.includes('NOPASSWD'), 'the preview to leave');
    expect(await pidOf('airflow-scheduler')).toBe(before);
  });

  test('while the API is stopped Health keeps units and volumes, DAGs keep their rows; both recover', async () => {
    const screen = open();
    await healthy(screen);
    screen.press('2');
    await screen.sees(/▸ always_fails/);
    await labFault(name, 'stop', web);
    await screen.sees(/✖ The Airflow API does not answer/, 90_000);
    expect(screen.text()).toMatch(/always_fails/);
    expect(screen.text()).toMatch(/9 DAGs · .*old/);
    screen.press('1');
    await screen.sees(/API: no answer/);
    await screen.sees(new RegExp(`${web} +no answer.*inactive`), 30_000);
    await screen.sees(/\/var\/log\/airflow on .* is \d+ % full/);
    await labFault(name, 'start', web);
    await screen.sees(/Airflow is scheduling/, 120_000);
    screen.press('2');
    await screen.until(text => !text.includes('does not answer'), 'the problem to go', 120_000);
  });

  test('while SSH is cut Airflow is still seen, and the host comes back by itself', async () => {
    const screen = open();
    await healthy(screen);
    await labFault(name, 'stop-ssh');
    await labExec(name, 'pkill', '-f', 'sshd: ops');
    await screen.sees(/The units of 127\.0\.0\.1 are not known/, 60_000);
    expect(screen.text()).toMatch(/scheduler +healthy/);
    screen.press('2');
    await screen.sees(/9 DAGs/);
    await labFault(name, 'heal');
    screen.press('1');
    await screen.sees(/▸? scheduler +healthy.* active/, 60_000);
  });

  test('the preview of a restart names the task that it would end', async () => {
    const screen = open();
    await healthy(screen);
    await airflowCommand('dags', 'trigger', 'long_sleep');
    await screen.sees(/TASKS {2}running 1/, 120_000);
    screen.press('gR');
    await screen.sees(/Ends 1 running task: long_sleep\.tick/, 60_000);
    await screen.sees(/w wait for the tasks first/);
    screen.press('w');
    await screen.sees(/1 {2}wait until no task runs in airflow-scheduler/, 60_000);
    screen.press('\x1b');
    await screen.until(text => !text.includes('Esc leave'), 'the preview to leave');
    // Its run would keep the only slot of 2.11 for ten minutes.
    await labExec(name, 'systemctl', 'restart', 'airflow-scheduler');
    const ended = ['task_instance', 'dag_run'].map(
      table => `update ${table} set state='failed' where dag_id='long_sleep';`,
    );
    await labExec(name, 'sqlite3', '-cmd', '.timeout 20000', '/opt/airflow/airflow.db', ended.join(' '));
  });
});
