import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {addProfile} from '../../src/profile/add-profile.ts';
import {chooseProfile} from '../../src/profile/choose-profile.ts';
import {readProfiles} from '../../src/profile/read-profiles.ts';
import type {Section} from '../../src/profile/section.ts';
import type {StepAnswer} from '../../src/trial/step.ts';
import {isPassed, planTrial} from '../../src/trial/trial.ts';
import {newKey, publicKeyOf} from '../src/host/ssh-server.ts';
import {type LabInfo, labFault, labInfo} from './hosts.ts';

const names = (process.env.LAB_PROFILES_HOSTS ?? 'a2,a3').split(',');

describe.each(names)('a profile of the real %s', name => {
  let info: LabInfo;
  let folder: string;
  let known: string;
  let written = 0;

  beforeAll(async () => {
    info = await labInfo(name);
    folder = await mkdtemp(join(tmpdir(), 'windsock-trial-'));
    known = join(folder, 'known_hosts');
    await writeFile(known, `[${info.ssh.host}]:${info.ssh.port} ${info.ssh.hostKey}\n`);
  });
  afterAll(() => rm(folder, {recursive: true}));

  const api = (user = 'admin', password = info.api.users[user]?.password ?? ''): Section['entries'] => [
    ['api', info.api.url],
    ['user', user],
    ['password', password],
  ];

  const host = (user: string, {port = info.ssh.port, key = info.ssh.users[user]?.key ?? '', hosts = known} = {}) =>
    [
      ['hosts', `ssh://${user}@${info.ssh.host}:${port}`],
      ['identity_file', key],
      ['known_hosts', hosts],
      ['ssh_config', '/dev/null'],
    ] as const;

  /** Written to a file, read back from it, and tried with nobody to ask. */
  async function tried(...entries: Section['entries']): Promise<readonly StepAnswer[]> {
    const file = join(folder, 'profiles.ini');
    const section = {name: `p${++written}`, entries};
    await addProfile(file, section, {});
    const {profiles} = await readProfiles(file, {});
    return planTrial(chooseProfile(profiles, section.name)).run();
  }

  const failures = (answers: readonly StepAnswer[]) =>
    answers.flatMap(answer => (answer.outcome === 'failed' ? [`${answer.step}: ${answer.problem.code}`] : []));
  const problem = (answers: readonly StepAnswer[], step: string) => {
    const answer = answers.find(one => one.step === step && one.outcome === 'failed');
    if (answer?.outcome !== 'failed') throw new Error(`${step} did not fail: ${JSON.stringify(answers)}`);
    return answer.problem;
  };

  test('passes every step as ops, whose rules want no password', async () => {
    const answers = await tried(...api(), ...host('ops'));
    expect(failures(answers)).toEqual([]);
    expect(answers.map(({outcome}) => outcome)).toEqual(Array.from({length: 17}, () => 'passed'));
    const found = new Map(answers.map(answer => [answer.step, answer.outcome === 'passed' ? answer.found : '']));
    expect(found.get('version')).toBe(`Airflow ${info.airflow}`);
    expect(found.get('role')).toBe('admin has the role Admin');
    expect(found.get('port')).toMatch(new RegExp(`^port ${info.ssh.port} answers, OpenSSH_[\\d.]+p\\d`));
    expect(found.get('home')).toBe(`/opt/airflow, its airflow.cfg is read, Airflow ${info.airflow}`);
    expect(found.get('run as')).toBe('as airflow');
    expect(found.get('restart')).toBe(`all ${info.units.length} units`);
  });

  test('passes every step as admin, whose sudo wants a password', async () => {
    const answers = await tried(...api(), ...host('admin'), ['become_password', info.ssh.users.admin?.password ?? '']);
    expect(failures(answers)).toEqual([]);
    expect(answers.every(({outcome}) => outcome === 'passed')).toBe(true);
  });

  test('with a wrong port: that of the API says that it is no SSH', async () => {
    const port = Number(new URL(info.api.url).port);
    const answers = await tried(...api(), ...host('ops', {port}));
    expect(failures(answers)).toEqual(['port: host.not-ssh']);
    expect(problem(answers, 'port').hint).toContain('Check the port in hosts');
    expect(failures(await tried(...host('ops', {port: 1})))).toEqual(['port: host.unreachable']);
  });

  test('with a changed host key', async () => {
    const other = join(folder, 'changed');
    const key = publicKeyOf(newKey()).toString('base64');
    await writeFile(other, `[${info.ssh.host}]:${info.ssh.port} ssh-ed25519 ${key}\n`);
    const answers = await tried(...host('ops', {hosts: other}));
    expect(failures(answers)).toEqual(['host key: host.key-changed']);
    expect(problem(answers, 'host key').hint).toContain('before you change known_hosts');
  });

  test('with a wrong password of the login user', async () => {
    const key = join(folder, 'stranger');
    await writeFile(key, newKey(), {mode: 0o600});
    const answers = await tried(...host('ops', {key}), ['ssh_password', 'not-the-password']);
    expect(failures(answers)).toEqual(['login: host.login']);
    expect(problem(answers, 'login').detail).toContain('password');
    expect(failures(await tried(...host('ops', {key}), ['ssh_password', info.ssh.users.ops?.password ?? '']))).toEqual(
      [],
    );
  });

  test('of a login user who may nothing: each right that is missing is named, with the rules that give it', async () => {
    const answers = await tried(...host('viewer'));
    expect(failures(answers)).toEqual([
      'run as: host.sudo-password',
      'home: host.file-denied',
      'restart: host.sudo-password',
      'journal: host.journal-denied',
    ]);
    expect(problem(answers, 'run as').lines).toContain('viewer ALL=(airflow) NOPASSWD: ALL');
    expect(problem(answers, 'restart').lines.join('\n')).toMatch(
      /^viewer ALL=\(root\) NOPASSWD: \S+systemctl restart airflow-scheduler$/m,
    );
    expect(answers.find(({step}) => step === 'python')).toMatchObject({outcome: 'not-asked', why: 'run as failed'});
  });

  test('while the API is down: the host is tried all the same', async () => {
    const unit = info.units.find(one => /webserver|api-server/.test(one)) ?? '';
    await labFault(name, 'stop', unit);
    try {
      const answers = await tried(...api(), ...host('ops'));
      expect(failures(answers)).toEqual(['reachable: airflow.unreachable']);
      expect(answers.find(({step}) => step === 'journal')?.outcome).toBe('passed');
      expect(problem(answers, 'reachable').hint).toContain('unit of the web server');
    } finally {
      await labFault(name, 'start', unit);
    }
    await expect.poll(async () => failures(await tried(...api())), {timeout: 120_000, interval: 2000}).toEqual([]);
  });

  test('with a wrong password of the API', async () => {
    const answers = await tried(...api('admin', 'not-the-password'));
    expect(failures(answers)).toEqual(['login: airflow.unauthorised']);
    expect(problem(answers, 'login').hint).toContain('Check the user and the password');
    expect(JSON.stringify(answers)).not.toContain('not-the-password');
  });

  test('of a user of the API without rights, which is enough only to look', async () => {
    const answers = await tried(...api('monitor'));
    expect(failures(answers)).toEqual(['role: airflow.looks-only']);
    expect(problem(answers, 'role').detail).toContain('monitor');
    const looking = await tried(...api('monitor'), ...host('ops'), ['read_only', 'yes']);
    expect(isPassed(looking)).toBe(true);
    expect(looking.find(({step}) => step === 'restart')).toMatchObject({
      outcome: 'not-asked',
      why: 'the profile is read_only',
    });
  });
});
