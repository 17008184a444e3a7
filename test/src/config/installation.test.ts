import {chmod, mkdir, symlink, utimes, writeFile} from 'node:fs/promises';
import {userInfo} from 'node:os';
import {join} from 'node:path';
import {describe, expect, onTestFinished, test, vi} from 'vitest';
import {changedAfterStart, type InstallationOptions, readInstallation} from '../../../src/config/installation.ts';
import {openLocalHost} from '../../../src/host/local.ts';
import type {Unit} from '../../../src/units/unit.ts';
import {newFolder} from '../host/folder.ts';

const user = userInfo().username;

const unit = (name: string, more: Partial<Unit> = {}): Unit => ({
  name,
  host: 'local',
  component: 'scheduler',
  state: 'active',
  subState: 'running',
  inStateMs: 60_000,
  mainPid: undefined,
  memoryBytes: undefined,
  restarts: 0,
  ended: undefined,
  stopTimeoutMs: 90_000,
  user,
  enabled: 'enabled',
  needsDaemonReload: false,
  ...more,
});

type Shown = {readonly environment?: string; readonly files?: readonly string[]; readonly command?: string};

/** Programs that stand first in PATH: a `systemctl` that prints these units, and others by name and shell script. */
async function programs(units: Record<string, Shown>, others: Record<string, string> = {}): Promise<void> {
  const folder = await newFolder();
  const blocks = Object.entries(units).map(([name, {environment = '', files = [], command = '/usr/bin/true'}]) =>
    [
      `ExecStart={ path=${command.split(' ')[0]} ; argv[]=${command} ; ignore_errors=no ; pid=0 }`,
      `Environment=${environment}`,
      ...files.map(file => `EnvironmentFiles=${file}`),
      `Id=${name}`,
      '',
    ].join('\n'),
  );
  await writeFile(join(folder, 'shown'), blocks.join('\n'));
  for (const [name, script] of Object.entries({systemctl: `cat '${join(folder, 'shown')}'`, ...others})) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  }
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}

const read = (units: readonly Unit[], options?: InstallationOptions) => {
  const host = openLocalHost({become: 'none'});
  onTestFinished(() => host.close());
  return readInstallation(host, units, options);
};
const put = async (path: string, text: string, mode = 0o600): Promise<string> => {
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
};

describe('an installation', () => {
  test('is found by the environment of its units, and read', async () => {
    const home = await newFolder();
    const cfg = await put(
      join(home, 'airflow.cfg'),
      '[core]\nparallelism = 4\n[logging]\nbase_log_folder = $LOGS/af\n',
    );
    await utimes(cfg, 1_700_000_000, 1_700_000_000.25);
    const file = await put(join(home, 'env'), `AIRFLOW_HOME="${home}"\nAIRFLOW__CORE__PARALLELISM=9\n`);
    const bin = join(home, 'venv', 'bin');
    await mkdir(join(home, 'venv/lib/python3.11/site-packages/apache_airflow-2.11.0.dist-info'), {recursive: true});
    await mkdir(bin);
    const command = `${bin}/airflow scheduler`;
    const shown = {
      environment: 'LOGS=/var/log "AIRFLOW__CORE__PARALLELISM=a b"',
      files: [`${file} (ignore_errors=no)`],
      command,
    };
    await programs({'a.service': shown, 'b.service': {...shown, files: [...shown.files, '/none (ignore_errors=yes)']}});

    const found = await read([unit('a.service'), unit('b.service')]);

    expect(found).toMatchObject({
      host: 'local',
      user,
      runAs: 'login',
      airflowHome: home,
      configPath: cfg,
      version: '2.11.0',
      python: `${bin}/python`,
      logFolder: '/var/log/af',
      dagsFolder: join(home, 'dags'),
      databaseFile: join(home, 'airflow.db'),
      strays: [],
      problems: [],
    });
    expect(found.file).toMatchObject({mode: 0o600, owner: user, mtimeMs: 1_700_000_000_250});
    expect(found.file?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(found.environmentFiles.map(each => each.path)).toEqual([file]);
    expect(found.settings.find(each => each.option === 'parallelism')).toMatchObject({
      value: '9',
      source: {units: ['a.service', 'b.service'], from: {kind: 'file', path: file}},
      overridden: {value: '4', line: 2},
    });
  });

  test('is the one that most units mean; the others are named', async () => {
    const home = await newFolder();
    await put(join(home, 'airflow.cfg'), '[core]\n');
    const at = (folder: string) => ({environment: `AIRFLOW_HOME=${folder}`});
    await programs({'a.service': at('/elsewhere'), 'b.service': at(home), 'c.service': at(home)});
    const units = ['a.service', 'b.service', 'c.service'].map(name => unit(name));
    const found = await read(units);
    expect(found.airflowHome).toBe(home);
    expect(found.strays).toEqual([{unit: 'a.service', variable: 'AIRFLOW_HOME', value: '/elsewhere'}]);
    expect((await read(units, {airflowHome: '/elsewhere'})).configPath).toBe('/elsewhere/airflow.cfg');
  });

  test('may have its file elsewhere', async () => {
    const home = await newFolder();
    const cfg = await put(join(home, 'real.cfg'), '[core]\nparallelism = 1\n');
    await symlink(cfg, join(home, 'link.cfg'));
    await programs({'a.service': {environment: `AIRFLOW_HOME=${home} AIRFLOW_CONFIG=$AIRFLOW_HOME/link.cfg`}});
    const found = await read([unit('a.service')]);
    expect(found.configPath).toBe(join(home, 'link.cfg'));
    expect(found.settings[0]?.value).toBe('1');
  });

  test('is in ~/airflow of its user where nothing says another place, and a missing file is said', async () => {
    await programs({}, {getent: 'echo "$2:x:1:1::/srv/home-of-it:/bin/bash"'});
    const found = await read([]);
    expect(found).toMatchObject({
      airflowHome: '/srv/home-of-it/airflow',
      file: undefined,
      settings: [],
      version: undefined,
    });
    expect(found.problems.map(problem => [problem.code, problem.detail])).toEqual([
      ['host.file-missing', '/srv/home-of-it/airflow/airflow.cfg'],
    ]);
  });
});

describe('a file of the environment that cannot be read', () => {
  test('is said, and the running process is asked', async () => {
    const home = await newFolder();
    await put(join(home, 'airflow.cfg'), '[core]\n');
    vi.stubEnv('AIRFLOW_HOME', home);
    vi.stubEnv('AIRFLOW__CORE__PARALLELISM', '7');
    const host = openLocalHost({become: 'none'});
    onTestFinished(() => host.close());
    const {stdin, stdout, end} = await host.stream(['sh', '-c', 'echo $$; cat']);
    onTestFinished(end);
    stdin.write('');
    const [line] = await stdout.take(1).toArray();
    vi.unstubAllEnvs();
    await programs({'a.service': {files: ['/no/such/file (ignore_errors=no)']}});

    const mainPid = Number(String(line).trim());
    const found = await read([unit('a.service', {mainPid})]);

    expect(found.airflowHome).toBe(home);
    expect(found.problems.map(problem => [problem.code, problem.detail])).toEqual([
      ['host.file-missing', '/no/such/file'],
    ]);
    expect(found.settings).toMatchObject([
      {option: 'parallelism', value: '7', source: {from: {kind: 'process', pid: mainPid}, units: ['a.service']}},
    ]);
  });
});

test('without Python the files are read by a shell, byte for byte', async () => {
  const home = await newFolder();
  const bytes = Buffer.from('[core]\na = é\n\xff', 'latin1');
  await writeFile(join(home, 'airflow.cfg'), bytes);
  const missing = {python3: 'echo "env: \'python3\': No such file or directory" >&2; exit 127'};
  await programs({'a.service': {environment: `AIRFLOW_HOME=${home}`}}, missing);
  const {file, document, problems} = await read([unit('a.service')]);
  expect(problems).toEqual([]);
  expect(Buffer.from(file?.bytes ?? []).equals(bytes)).toBe(true);
  expect(file).toMatchObject({mode: 0o644, owner: user});
  expect(Math.abs((file?.mtimeMs ?? 0) - Date.now())).toBeLessThan(60_000);
  expect(document?.issues[0]?.kind).toBe('not-utf-8');
});

test('a unit runs with something older than a file that was written after its start', () => {
  const seenAtMs = 1_000_000;
  const started = unit('a.service', {inStateMs: 60_000});
  expect(changedAfterStart(942_001, started, seenAtMs)).toBe(true);
  expect(changedAfterStart(941_999, started, seenAtMs)).toBe(false);
  expect(changedAfterStart(990_000, unit('a.service', {state: 'failed'}), seenAtMs)).toBe(false);
  expect(changedAfterStart(990_000, unit('a.service', {inStateMs: undefined}), seenAtMs)).toBe(false);
});
