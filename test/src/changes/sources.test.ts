import {existsSync, mkdirSync, rmSync, utimesSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {bootsSource} from '../../../src/changes/sources/boots.ts';
import {commandsSource} from '../../../src/changes/sources/commands.ts';
import {configurationSource} from '../../../src/changes/sources/configuration.ts';
import {dagFilesSource} from '../../../src/changes/sources/dag-files.ts';
import {memorySource} from '../../../src/changes/sources/memory.ts';
import {packagesSource} from '../../../src/changes/sources/packages.ts';
import {pythonSource} from '../../../src/changes/sources/python.ts';
import {unitsSource} from '../../../src/changes/sources/units.ts';
import {unitMessages} from '../../../src/changes/unit-events.ts';
import {Problem} from '../../../src/problems/problem.ts';
import {context, type Machine, machine, prints, said} from './machine.ts';

const nowS = Math.floor(Date.now() / 1000);
const ago = (seconds: number) => new Date((nowS - seconds) * 1000);
const iso = (seconds: number) => `${ago(seconds).toISOString().slice(0, 19)}+00:00`;

/** A journal of these messages, one a second, the first 60 s ago. */
function journal(made: Machine, messages: readonly Readonly<Record<string, string>>[]): void {
  const lines = messages.map((fields, index) =>
    JSON.stringify({__REALTIME_TIMESTAMP: `${nowS - 60 + index}000000`, ...fields}),
  );
  made.program(
    'journalctl',
    `case " $* " in *" -r "*) ${prints(...lines.toReversed())} ;; *" -o json "*) echo '{"__REALTIME_TIMESTAMP":"1000000"}' ;; esac`,
  );
}

describe('boots', () => {
  const upFor = (made: Machine, seconds: number) => made.program('ps', `echo " ${seconds}"`);
  const wtmp = (made: Machine, ...lines: readonly string[]) => {
    made.write('var/log/wtmp', '');
    made.program('last', prints(...lines, '', 'wtmp begins 2026-11-01T00:00:00+00:00'));
  };

  test('are those of wtmp, and one without a shutdown before it is called a crash', async () => {
    const made = await machine();
    upFor(made, 60);
    wtmp(
      made,
      `reboot   system boot  6.1.0-18 ${iso(60)}   still running`,
      `reboot   system boot  6.1.0-18 ${iso(900)} - crash`,
      `shutdown system down  6.1.0-18 ${iso(950)} - ${iso(900)}  (00:00)`,
      `reboot   system boot  6.1.0-18 ${iso(90_000)} - ${iso(950)}`,
    );
    const {changes, remarks} = await bootsSource.read(context(made));
    expect(said(changes)).toEqual([
      'af-1 was shut down',
      'af-1 booted',
      'af-1 booted; it had not been shut down before: a crash or a loss of power',
    ]);
    expect(changes.map(({atMs}) => atMs)).toEqual([950, 900, 60].map(seconds => ago(seconds).getTime()));
    expect(remarks).toEqual([]);
  });

  test('are those of the journal where nobody keeps a wtmp', async () => {
    const made = await machine();
    upFor(made, 10_000_000);
    made.program('last', 'exit 1');
    journal(made, [
      {MESSAGE_ID: '98268866d1d54a499c4e98921d93bc40'},
      {MESSAGE_ID: 'b07a249cd024414a82dd00cd181378ff', KERNEL_USEC: '1000000', USERSPACE_USEC: '4000000'},
    ]);
    const {changes} = await bootsSource.read(context(made));
    expect(said(changes)).toEqual(['af-1 was shut down', 'af-1 booted']);
    expect(changes.map(({atMs}) => atMs)).toEqual([60, 64].map(seconds => ago(seconds).getTime()));
  });

  test('without wtmp and journal, the one that the host runs since is known, and that only it is', async () => {
    const made = await machine();
    upFor(made, 120);
    made.program('journalctl', 'exit 1');
    const {changes, remarks} = await bootsSource.read(context(made));
    expect(said(changes)).toEqual(['af-1 booted']);
    expect(Math.abs((changes[0]?.atMs ?? 0) - ago(120).getTime())).toBeLessThan(5_000);
    expect(remarks).toEqual([expect.stringMatching(/^Of af-1 only the last boot is known: .+\.$/)]);
  });

  test('a host that does not tell its age has not booted just now', async () => {
    const made = await machine();
    made.program('ps', 'exit 1');
    made.program('cut', 'exit 1');
    journal(made, []);
    expect((await bootsSource.read(context(made))).changes).toEqual([]);
  });

  test('times are those of the clock here, and a clock that differs is told', async () => {
    const made = await machine();
    upFor(made, 120);
    journal(made, []);
    const {changes, remarks} = await bootsSource.read(context(made, {aheadMs: 600_000}));
    expect(Math.abs((changes[0]?.atMs ?? 0) - (ago(120).getTime() - 600_000))).toBeLessThan(5_000);
    expect(remarks).toEqual([
      "The clock of af-1 is 10 min ahead of this machine's: its times are told by the clock here.",
    ]);
  });
});

describe('processes that were killed for lack of memory', () => {
  test.each([
    [
      'Out of memory: Killed process 4711 (airflow schedul) total-vm:9kB, anon-rss:2097152kB, file-rss:0kB',
      'airflow schedul was killed by the kernel: the host had no memory left',
      'process 4711, which held 2048 MiB',
    ],
    [
      'Memory cgroup out of memory: Killed process 4711 (python3) total-vm:9kB, anon-rss:1024kB',
      'python3 was killed by the kernel: its unit or container reached its memory limit',
      'process 4711, which held 1 MiB',
    ],
    [
      'Out of memory: Kill process 4711 (python3) score 900 or sacrifice child',
      'python3 was killed by the kernel: the host had no memory left',
      'process 4711',
    ],
    [
      'Memory cgroup out of memory: Kill process 4711 (python3) score 9 or sacrifice child',
      'python3 was killed by the kernel: its unit or container reached its memory limit',
      'process 4711',
    ],
    [
      'Out of memory: kill process 4711 (python3) score 900 or a child',
      'python3 was killed by the kernel: the host had no memory left',
      'process 4711',
    ],
    [
      'Out of memory (oom_kill_allocating_task): Killed process 4711 ((sd-pam)) total-vm:9kB, anon-rss:1024kB',
      '(sd-pam) was killed by the kernel: the host had no memory left',
      'process 4711, which held 1 MiB',
    ],
  ])('%s', async (MESSAGE, text, detail) => {
    const made = await machine();
    journal(made, [{MESSAGE}]);
    const {changes} = await memorySource.read(context(made));
    expect(said(changes)).toEqual([text]);
    expect(changes[0]).toMatchObject({detail, atMs: ago(60).getTime(), kind: 'memory'});
  });

  test('what only mentions memory is none', async () => {
    const made = await machine();
    journal(made, [
      {MESSAGE: 'Memory cgroup out of memory: OOM victim 4711 (x) is already exiting. Skip killing the task'},
      {MESSAGE: 'Tasks in /x are going to be killed due to memory.oom.group set'},
    ]);
    expect((await memorySource.read(context(made))).changes).toEqual([]);
  });
});

describe('units that somebody started and stopped by sudo', () => {
  const sudo = (user: string, command: string) => ({
    MESSAGE: `     ${user} : TTY=pts/0 ; PWD=/home/${user} ; USER=root ; COMMAND=${command}`,
  });

  test('are told with who did it', async () => {
    const made = await machine();
    journal(made, [
      sudo('ops', '/usr/bin/systemctl restart airflow-scheduler'),
      sudo('kim.lee', '/bin/systemctl --now disable airflow-triggerer'),
      sudo('ops', '/usr/bin/systemctl status airflow-scheduler'),
      sudo('ops', '/usr/bin/mysql --password=secret'),
      sudo('ops', '/usr/bin/ls COMMAND=/usr/bin/systemctl stop airflow-scheduler'),
    ]);
    expect(said((await commandsSource.read(context(made))).changes)).toEqual([
      'ops ran systemctl restart airflow-scheduler',
      'kim.lee ran systemctl --now disable airflow-triggerer',
    ]);
  });
});

describe('packages of the system', () => {
  const local = (seconds: number) => {
    const at = ago(seconds);
    const two = (part: number) => String(part).padStart(2, '0');
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  };

  test('are those of the log of dpkg, the one before it too', async () => {
    const made = await machine();
    made.write(
      'var/log/dpkg.log.1',
      `${local(3_000)} remove strace:amd64 6.1 <none>\n${local(2_999)} purge strace:amd64 6.1 <none>\n`,
    );
    made.write(
      'var/log/dpkg.log',
      [
        `${local(90_000)} install old:amd64 <none> 1`,
        `${local(600)} startup archives unpack`,
        `${local(599)} upgrade openssl:amd64 3.0.11-1 3.0.15-1`,
        `${local(598)} status half-configured openssl:amd64 3.0.11-1`,
        `${local(597)} install libpq5:amd64 <none> 15.8`,
        'not a line of dpkg',
      ].join('\n'),
    );
    const {changes} = await packagesSource.read(context(made));
    expect(changes.map(({atMs, subject, says, detail}) => [atMs, `${subject} ${says.one}`, detail])).toEqual([
      [ago(3_000).getTime(), 'strace was removed', '6.1'],
      [ago(599).getTime(), 'openssl was upgraded', '3.0.11-1 → 3.0.15-1'],
      [ago(597).getTime(), 'libpq5 was installed', '15.8'],
    ]);
  });

  test('are what rpm tells of them, where there is no log of dpkg', async () => {
    const made = await machine();
    made.program('rpm', prints(`${nowS - 90_000} old 1-1`, `${nowS - 60} openssl 3.0.7-28.el9`));
    const {changes} = await packagesSource.read(context(made));
    expect(said(changes)).toEqual(['openssl was installed or upgraded']);
    expect(changes[0]).toMatchObject({atMs: ago(60).getTime(), detail: '3.0.7-28.el9'});
  });

  test.skipIf(existsSync('/usr/bin/rpm'))('a host that has neither says so', async () => {
    const made = await machine();
    const {changes, remarks} = await packagesSource.read(context(made));
    expect(changes).toEqual([]);
    expect(remarks).toEqual(['af-1 has no log of dpkg and no rpm: its packages are not looked at.']);
  });
});

describe('Python packages', () => {
  test('are told by when they were put there; Airflow itself is a deployment', async () => {
    const made = await machine();
    const packages = join(made.folder, 'venv/lib/python3.11/site-packages');
    for (const [name, seconds] of [
      ['apache_airflow-2.11.0', 120],
      ['apache_airflow_core-3.3.2', 119],
      ['requests-2.32.3', 100],
      ['old-1.0', 90_000],
    ] as const) {
      mkdirSync(join(packages, `${name}.dist-info`), {recursive: true});
      utimesSync(join(packages, `${name}.dist-info`), ago(seconds), ago(seconds));
    }
    const python = join(made.folder, 'venv/bin/python');
    made.write('venv/bin/python', '');
    const {changes} = await pythonSource.read(context(made, {installation: {python}}));
    expect(changes.map(({kind, subject, says}) => `${kind}: ${subject} ${says.one}`).sort()).toEqual([
      `deployment: Airflow 2.11.0 was installed in ${join(made.folder, 'venv')}`,
      'python: apache_airflow_core 3.3.2 was installed',
      'python: requests 2.32.3 was installed',
    ]);
  });

  test('where nobody knows where they are, that is said', async () => {
    const {changes, remarks} = await pythonSource.read(context(await machine()));
    expect(changes).toEqual([]);
    expect(remarks).toEqual([expect.stringMatching(/^Where Python packages of Airflow are on af-1 is not known: /)]);
  });
});

describe('the configuration', () => {
  test('is told when it was written, or came with an older time, with whose it is', async () => {
    const made = await machine();
    const cfg = made.write('airflow.cfg', '');
    const unit = made.write('airflow-scheduler.service', '');
    utimesSync(unit, ago(90_000), ago(90_000));
    made.program(
      'systemctl',
      prints('Id=airflow-scheduler.service', `FragmentPath=${unit}`, 'DropInPaths=/not/there.conf'),
    );
    const file = {path: cfg, bytes: Buffer.of(), sha256: '', mode: 0o600, owner: 'airflow', mtimeMs: 0, changedAtMs: 0};
    const found = {airflowHome: made.folder, file, problems: [new Problem('host.file-denied', '/etc/default/airflow')]};
    const {changes, remarks} = await configurationSource.read(context(made, {installation: found}));
    expect(said(changes)).toEqual([
      'airflow.cfg was changed',
      'airflow-scheduler.service was put there with an older time, or got another owner or mode',
    ]);
    expect(changes.map(({detail}) => detail)).toEqual([cfg, `${unit}, of airflow-scheduler`]);
    expect(remarks).toEqual([expect.stringMatching(/^On af-1 a file of the configuration could not be read: .+\.$/)]);
  });

  test('what only Airflow may look at is told by what the agent saw', async () => {
    const made = await machine();
    made.program('systemctl', '');
    const mtimeMs = ago(60).getTime();
    const file = {
      path: '/not/there/airflow.cfg',
      bytes: Buffer.of(),
      sha256: '',
      mode: 0o600,
      owner: 'airflow',
      mtimeMs,
      changedAtMs: mtimeMs,
    };
    const {changes} = await configurationSource.read(context(made, {installation: {file}}));
    expect(changes.map(({atMs, subject}) => [atMs, subject])).toEqual([[mtimeMs, 'airflow.cfg']]);
  });
});

describe('DAG files and plugins', () => {
  test('that are new are told, and the folder that lost one', async () => {
    const made = await machine();
    const dags = join(made.folder, 'dags');
    made.write('dags/etl.py', '');
    made.write('dags/team/gone.py', '');
    made.write('dags/team/stays.py', '');
    utimesSync(join(dags, 'team/stays.py'), ago(90_000), ago(90_000));
    made.write('plugins/macros.py', '');
    const asked = context(made, {installation: {dagsFolder: dags, airflowHome: made.folder}});
    const before = await dagFilesSource.read(asked);
    expect(before.changes.map(({kind, subject, says}) => `${kind}: ${subject} ${says.one}`).sort()).toEqual([
      'dag-file: etl.py is new or was replaced',
      'dag-file: team/gone.py is new or was replaced',
      'dag-file: team/stays.py is new or was replaced',
      'plugin: macros.py is new or was replaced',
    ]);
    expect(before.remarks).toEqual([]);
    rmSync(join(dags, 'team/gone.py'));
    const at = ago(-10);
    utimesSync(join(dags, 'team'), at, at);
    const after = await dagFilesSource.read(asked);
    expect(said(after.changes)).toContain(`${dags}/team lost a file: removed, or moved away`);
  });

  test('a folder that is not there is a problem; one of plugins is none', async () => {
    const made = await machine();
    const dagsFolder = join(made.folder, 'nowhere');
    const asked = context(made, {installation: {dagsFolder, airflowHome: made.folder}});
    await expect(dagFilesSource.read(asked)).rejects.toMatchObject({code: 'host.file-missing'});
    mkdirSync(dagsFolder);
    expect((await dagFilesSource.read(asked)).remarks).toEqual([]);
  });
});

describe('units', () => {
  test('those of Airflow and what it hangs on are asked for, of all others the failures', async () => {
    const made = await machine();
    made.program('systemctl', prints('postgresql@15-main.service loaded active running PostgreSQL'));
    made.program(
      'journalctl',
      `case " $* " in *" -r "*) printf '%s\\n' "$@" > ${made.folder}/asked; ${prints(
        JSON.stringify({
          __REALTIME_TIMESTAMP: `${nowS}000000`,
          MESSAGE_ID: unitMessages.started,
          UNIT: 'airflow-scheduler.service',
        }),
      )} ;; *" -o json "*) echo '{"__REALTIME_TIMESTAMP":"1000000"}' ;; esac`,
    );
    const {changes} = await unitsSource.read(context(made));
    expect(said(changes)).toEqual(['airflow-scheduler was started']);
    const {stdout} = await made.host.exec(['cat', `${made.folder}/asked`]);
    const [others, ours] = stdout.split('\n+\n');
    expect(others).toMatch(new RegExp(`_PID=1\nMESSAGE_ID=${unitMessages.failed}\n`));
    expect(others).not.toMatch(/^UNIT=/m);
    expect(ours).toMatch(/^UNIT=airflow-scheduler\.service\nUNIT=postgresql@15-main\.service$/m);
  });
});
