import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, onTestFinished, test} from 'vitest';
import {changedAfterStart, type Installation, readInstallation} from '../../src/config/installation.ts';
import {lookup} from '../../src/config/lookup.ts';
import {hasCommand} from '../../src/config/secret-options.ts';
import {withAgent} from '../../src/host/agent.ts';
import type {Host} from '../../src/host/host.ts';
import {openHost} from '../../src/host/open.ts';
import {layoutOf} from '../../src/logs/layout.ts';
import {type Usage, usage} from '../../src/logs/usage.ts';
import {readVolumes, watchedFolders} from '../../src/logs/volumes.ts';
import {readUnits} from '../../src/units/state.ts';
import {type LabInfo, labInfo} from './hosts.ts';

const asAirflow = {as: {user: 'airflow'}, timeoutMs: 120_000} as const;

describe.each([
  {name: 'a2', workers: 'webserver', inEnvironment: '2', inFile: '4'},
  {name: 'a3', workers: 'api', inEnvironment: '1', inFile: '2'},
])('the installation on $name', ({name, workers, inEnvironment, inFile}) => {
  let info: LabInfo;
  let folder: string;
  let host: Host;
  let found: Installation;

  const open = (user: string): Host => {
    const {host: address, port, users} = info.ssh;
    const identityFiles = [users[user]?.key ?? ''];
    const knownHostsFiles = [join(folder, 'known_hosts')];
    const at = {kind: 'ssh', name, host: address, port, user, identityFiles, knownHostsFiles} as const;
    return openHost(at, {become: 'sudo'});
  };

  beforeAll(async () => {
    info = await labInfo(name);
    folder = mkdtempSync(join(tmpdir(), 'windsock-lab-'));
    writeFileSync(join(folder, 'known_hosts'), `[${info.ssh.host}]:${info.ssh.port} ${info.ssh.hostKey}\n`);
    host = open('ops');
    found = await readInstallation(host, (await readUnits(host)).units);
  });
  afterAll(() => {
    host.close();
    rmSync(folder, {recursive: true});
  });

  /** Runs a command as Airflow's user in the environment of its units. Returns the last line, after all warnings. */
  async function inUnitEnvironment(...argv: string[]): Promise<string> {
    const script = 'set -a; . /etc/default/airflow; exec "$@" 2>/dev/null';
    const {code, stdout} = await host.exec(['sh', '-c', script, 'sh', ...argv], asAirflow);
    expect(code, argv.join(' ')).toBe(0);
    return stdout.trimEnd().split('\n').at(-1) ?? '';
  }

  test('is found where it is', async () => {
    expect(found).toMatchObject({
      host: name,
      user: 'airflow',
      airflowHome: info.airflowHome,
      configPath: `${info.airflowHome}/airflow.cfg`,
      version: info.airflow,
      logFolder: info.logs,
      otherLogFolders: [],
      dagsFolder: info.dags,
      databaseFile: `${info.airflowHome}/airflow.db`,
      strays: [],
      problems: [],
    });
    expect(found.environments.map(each => each.unit).toSorted()).toEqual(
      info.units.map(unit => `${unit}.service`).toSorted(),
    );
    expect(found.environmentFiles.map(each => each.path)).toEqual(['/etc/default/airflow']);
    expect(found.document?.issues).toEqual([]);
  });

  test('has the file as it is on the disk', async () => {
    const script = 'sha256sum < "$1"; stat -c "%a %Y %U" "$1"';
    const {stdout} = await host.exec(['sh', '-c', script, 'sh', found.configPath], asAirflow);
    const [sha256, mode, seconds, owner] = stdout.replace(' -', '').trim().split(/\s+/);
    expect(found.file).toMatchObject({sha256, mode: Number.parseInt(mode ?? '', 8), owner});
    expect(Math.floor((found.file?.mtimeMs ?? 0) / 1000)).toBe(Number(seconds));
    // The lab shares the clock of this machine.
    expect(Math.abs((found.file?.changedAtMs ?? 0) - (found.file?.mtimeMs ?? 0))).toBeLessThan(3000);
  });

  test('knows what was written after a unit began to run', async () => {
    const {units, seenAtMs} = await readUnits(host);
    for (const unit of units.filter(each => each.state === 'active')) {
      const {stdout} = await host.exec([
        'systemctl',
        'show',
        '-P',
        'StateChangeTimestamp',
        '--timestamp=unix',
        unit.name,
      ]);
      const startedMs = Number(stdout.trim().slice(1)) * 1000;
      expect(changedAfterStart(startedMs + 5000, unit, seenAtMs)).toBe(true);
      expect(changedAfterStart(startedMs - 5000, unit, seenAtMs)).toBe(false);
    }
  });

  test('lets the environment win, and tells what it hides', () => {
    const setting = found.settings.find(each => each.section === workers && each.option === 'workers');
    expect(setting).toMatchObject({
      value: inEnvironment,
      source: {
        kind: 'environment',
        variable: `AIRFLOW__${workers.toUpperCase()}__WORKERS`,
        from: {kind: 'file', path: '/etc/default/airflow'},
      },
      overridden: {value: inFile},
    });
    expect(setting?.source.kind === 'environment' && setting.source.units).toHaveLength(info.units.length);
  });

  test.each([
    ['WORKERS', 'workers'],
    ['core', 'dags_folder'],
    ['core', 'executor'],
    ['core', 'parallelism'],
    ['core', 'load_examples'],
    ['core', 'fernet_key'],
    ['core', 'auth_manager'],
    ['database', 'sql_alchemy_conn'],
    ['logging', 'base_log_folder'],
    ['logging', 'log_filename_template'],
    ['scheduler', 'scheduler_health_check_server_port'],
  ])('says of [%s] %s what `airflow config get-value` says', async (section, option) => {
    const where = section === 'WORKERS' ? workers : section;
    const real = await inUnitEnvironment('airflow', 'config', 'get-value', where, option);
    expect(found.settings.find(each => each.section === where && each.option === option)?.reveal()).toBe(real);
  });

  test('says of every setting what Airflow itself reads', async () => {
    const asked = found.settings.map(({section, option}) => [section, option]);
    const script = [
      'import json, sys',
      'from airflow.configuration import conf',
      'print(json.dumps([conf.get(s, o, fallback=None) for s, o in json.loads(sys.argv[1])]))',
    ].join('\n');
    const answer = await inUnitEnvironment('python', '-c', script, JSON.stringify(asked));
    expect(asked.length).toBeGreaterThan(100);
    // Airflow 2.3 to 2.11 adds this one to [api] auth_backends in memory, whatever is set.
    const real: unknown = JSON.parse(answer.replace(',airflow.api.auth.backend.session', ''));
    expect(found.settings.map(each => each.reveal())).toEqual(real);
  });

  test('knows the options that Airflow calls sensitive', async () => {
    const script =
      'import json; from airflow.configuration import conf; print(json.dumps(list(conf.sensitive_config_values)))';
    const real = JSON.parse(await inUnitEnvironment('python', '-c', script)) as [string, string][];
    expect(real.length).toBeGreaterThan(5);
    expect(real.filter(([section, option]) => !hasCommand(section, option))).toEqual([]);
  });

  test('takes the defaults of Airflow where nothing is set', async () => {
    const real = await inUnitEnvironment(
      'python',
      '-c',
      'import json; from airflow.configuration import conf; print(json.dumps({s: conf.get_default_value(*s.split(".")) for s in ["core.dags_folder", "logging.base_log_folder", "database.sql_alchemy_conn"]}))',
    );
    for (const [key, value] of Object.entries(JSON.parse(real) as Record<string, string>)) {
      const [section = '', option = ''] = key.split('.');
      const ours = lookup([], section, option, {airflowHome: info.airflowHome, version: info.airflow})?.value;
      expect(ours).toBe(value.replace('{AIRFLOW_HOME}', info.airflowHome));
    }
  });

  test('has its logs on a file system of their own', async () => {
    const folders = watchedFolders(found, {});
    const volumes = await withAgent(host, {as: found.runAs}, agent => readVolumes(name, agent, folders));
    expect(volumes.map(({mountPoint, roles}) => [mountPoint, roles])).toEqual([
      [info.logs, ['logs']],
      ['/', ['DAGs', 'database', 'AIRFLOW_HOME', 'journal']],
      ['/tmp', ['temporary files']],
    ]);
    const [logs] = volumes;
    const {stdout} = await host.exec(['df', '-B1', '--output=size,used,avail,itotal,iavail', info.logs]);
    const [size, used, available, inodes] = (stdout.trim().split('\n')[1] ?? '').trim().split(/\s+/).map(Number);
    expect(logs).toMatchObject({totalBytes: size, totalInodes: inodes});
    expect(Math.abs((logs?.usedBytes ?? 0) - (used ?? 0))).toBeLessThan(2 ** 24);
    expect(Math.abs((logs?.freeBytes ?? 0) - (available ?? 0))).toBeLessThan(2 ** 24);
  });

  test('has a log folder that is counted as du and find count it', async () => {
    const count = async () => {
      const script =
        'du -sx -B1 "$1" 2>/dev/null | cut -f1; find "$1" -xdev -type f 2>/dev/null | wc -l; find "$1" -xdev -type f -printf "%T@\\n" 2>/dev/null | sort -n | head -1';
      const {stdout} = await host.exec(['sh', '-c', script, 'sh', info.logs], asAirflow);
      return stdout.trim().split('\n').map(Number);
    };
    // Airflow goes on writing: what counts is a look that nothing changed meanwhile.
    await expect
      .poll(
        async () => {
          const before = await count();
          let last: Usage | undefined;
          for await (const each of usage(host, [layoutOf(info.logs)], {as: found.runAs})) last = each;
          if (String(await count()) !== String(before) || last === undefined) return 'written to';
          const [bytes, files, oldest] = before;
          return {
            isSame:
              last.bytes === bytes && last.files === files && Math.abs((last.oldestMs ?? 0) - (oldest ?? 0) * 1000) < 2,
            state: last.state,
          };
        },
        {timeout: 120_000, interval: 500},
      )
      .toMatchObject({isSame: true, state: 'done'});
  });

  test('is shown as far as it may be read by a user without rights', async () => {
    const viewer = open('viewer');
    onTestFinished(() => viewer.close());
    const {units} = await readUnits(viewer);
    const seen = await readInstallation(viewer, units);
    expect(seen).toMatchObject({
      airflowHome: info.airflowHome,
      version: info.airflow,
      file: undefined,
      logFolder: `${info.airflowHome}/logs`,
    });
    expect(seen.problems.map(problem => problem.code)).toEqual([
      expect.stringMatching(/^host\.(not-permitted|sudo-password)$/),
      'host.file-denied',
    ]);
    expect(seen.settings.map(({option, value}) => [option, value])).toEqual([['workers', inEnvironment]]);
  });
});
