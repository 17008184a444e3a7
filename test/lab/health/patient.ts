import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'vitest';
import {collectEvidence} from '../../../src/commands/collect.ts';
import {type Console, openConsole} from '../../../src/console.ts';
import type {Finding} from '../../../src/health/finding.ts';
import {judge} from '../../../src/health/judge.ts';
import {type Verdict, verdict} from '../../../src/health/verdict.ts';
import {chooseProfile} from '../../../src/profile/choose-profile.ts';
import {readProfiles} from '../../../src/profile/read-profiles.ts';
import {type LabInfo, labExec, labFault, labInfo} from '../hosts.ts';

/** What windsock says of an Airflow: the verdict, and each finding that is not "ok". */
export type Diagnosis = {readonly verdict: Verdict; readonly findings: readonly Finding[]};

const cfgset = readFileSync(new URL('../cfgset.py', import.meta.url), 'utf8');

const deferring = readFileSync(new URL('deferring.py', import.meta.url), 'utf8');

const config = '/opt/airflow/airflow.cfg';
const packaged = '/usr/local/lib/systemd/system';
const sound = '/root/airflow.cfg.sound';

/** A lab host whose health is examined through one profile, as a console that stays open does. */
export class Patient {
  readonly name: string;
  readonly info: LabInfo;
  readonly major: 2 | 3;
  readonly console: Console;
  /** As for production, or as the lab is without options. */
  readonly sound: boolean;
  readonly #folder: string;

  private constructor(info: LabInfo, console: Console, folder: string) {
    this.name = info.name;
    this.info = info;
    this.major = info.airflow.startsWith('2.') ? 2 : 3;
    this.console = console;
    this.sound = info.postgres !== null;
    this.#folder = folder;
  }

  static async open(name: string): Promise<Patient> {
    const info = await labInfo(name);
    const folder = mkdtempSync(join(tmpdir(), 'windsock-lab-health-'));
    const {host, port, hostKey, users} = info.ssh;
    writeFileSync(join(folder, 'known_hosts'), `[${host}]:${port} ${hostKey}\n`);
    const profile = [
      `[${name}]`,
      `api = ${info.api.url}`,
      `user = ${info.api.username}`,
      `password = ${info.api.password}`,
      'timeout_s = 10',
      `hosts = ssh://ops@${host}:${port}`,
      `identity_file = ${users.ops?.key}`,
      `known_hosts = ${join(folder, 'known_hosts')}`,
    ];
    const file = join(folder, 'profiles.ini');
    writeFileSync(file, `${profile.join('\n')}\n`, {mode: 0o600});
    const {profiles} = await readProfiles(file);
    const onBug = (error: unknown) => {
      throw error;
    };
    const patient = new Patient(info, openConsole(chooseProfile(profiles), {readOnly: true, onBug}), folder);
    await patient.sh('cp -pn $1 $2', config, sound);
    // A DAG that comes and goes would change how many there are.
    await patient.sh('printf %s "$1" >$2; chown airflow: $2', deferring, `${info.dags}/deferring.py`);
    return patient;
  }

  /** The unit of the web server. */
  get web(): string {
    return this.major === 2 ? 'airflow-webserver' : 'airflow-api-server';
  }

  /** As root on the host. */
  exec(...argv: readonly string[]): Promise<string> {
    return labExec(this.name, ...argv);
  }

  /** A shell script, as root on the host. */
  sh(script: string, ...args: readonly string[]): Promise<string> {
    return this.exec('bash', '-ec', script, 'bash', ...args);
  }

  systemctl(...args: readonly string[]): Promise<string> {
    return this.exec('systemctl', ...args);
  }

  /** Stopped in good order, though it took so long that systemd killed it: busy machines do that. */
  stop(unit: string): Promise<string> {
    return this.sh('systemctl stop $1; systemctl reset-failed $1', unit);
  }

  /** What is in /etc cannot be masked: the file of the unit goes where root's own programs bring theirs. */
  async mask(unit: string): Promise<void> {
    await this.sh(
      'mkdir -p $2; mv /etc/systemd/system/$1.service $2/; systemctl daemon-reload; systemctl mask $1',
      unit,
      packaged,
    );
  }

  async unmask(unit: string): Promise<void> {
    await this.sh(
      'systemctl unmask $1; mv $2/$1.service /etc/systemd/system/; systemctl daemon-reload; systemctl enable $1',
      unit,
      packaged,
    );
  }

  /** A shell script, as somebody runs it who logs in over SSH and becomes Airflow's user. */
  async asOps(script: string): Promise<void> {
    const environment = 'set -a; . /etc/default/airflow; export HOME=$AIRFLOW_HOME; ';
    const [entry] = this.console.hosts;
    await entry?.host.exec(['sh', '-c', environment + script], {as: {user: 'airflow'}, timeoutMs: 60_000});
  }

  fault(...what: readonly string[]): Promise<void> {
    return labFault(this.name, ...what);
  }

  /**
   * The sound airflow.cfg with these settings ("core.fernet_key="), and as old: units that do not read them again are no older than
   * their configuration.
   */
  async configure(...settings: readonly string[]): Promise<void> {
    await this.exec('cp', '-p', sound, config);
    if (settings.length === 0) return;
    await this.exec('python3', '-c', cfgset, config, ...settings);
    await this.exec('touch', '-r', sound, config);
  }

  /** Starts the web server anew, and waits until it answers. */
  async restartWeb(): Promise<void> {
    await this.systemctl('restart', this.web);
    await this.until('the web server answers', async () => {
      const health = this.major === 2 ? '/api/v1/health' : '/api/v2/monitor/health';
      const answer = await fetch(`${this.info.api.url}${health}`, {signal: AbortSignal.timeout(5000)}).catch(
        () => undefined,
      );
      return answer?.status === 200;
    });
    this.console.loginAgain();
  }

  async until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    await expect.poll(isSo, {timeout: 120_000, interval: 300, message: `${this.name}: ${what}`}).toBe(true);
  }

  /** In the metadata database of a sound host. */
  sql(statement: string): Promise<string> {
    return this.exec(
      'su',
      'postgres',
      '-c',
      `psql -q -v ON_ERROR_STOP=1 -p ${this.info.postgres?.port} airflow -c "$1"`,
      'sh',
      statement,
    );
  }

  async diagnose(tryDefaultPasswords = false): Promise<Diagnosis> {
    const evidence = await collectEvidence(this.console, {tryDefaultPasswords, budgetMs: 30_000});
    const findings = judge(evidence);
    return {verdict: verdict(evidence, findings), findings: findings.filter(({level}) => level !== 'ok')};
  }

  close(): void {
    this.console.close();
    rmSync(this.#folder, {recursive: true});
  }
}
