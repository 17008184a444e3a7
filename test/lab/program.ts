import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {LabInfo} from './hosts.ts';

const program = fileURLToPath(new URL('../../dist/windsock.js', import.meta.url));

/** A user of Airflow and one of the host. */
export type Account = {readonly airflow: string; readonly host: string};

export type Ended = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout, where it is JSON. */
  json(): unknown;
};

export type Running = {
  readonly wrote: {stdout: string; stderr: string};
  readonly ended: Promise<Ended>;
  signal(name: NodeJS.Signals): void;
};

/** The built program with profiles for a lab host, without a screen. */
export class Program {
  readonly folder = mkdtempSync(join(tmpdir(), 'windsock-lab-test-'));

  constructor({ssh, api}: LabInfo, accounts: Readonly<Record<string, Account>>) {
    writeFileSync(join(this.folder, 'known_hosts'), `[${ssh.host}]:${ssh.port} ${ssh.hostKey}\n`);
    const profiles = Object.entries(accounts).map(([name, account]) =>
      [
        `[${name}]`,
        `api = ${api.url}`,
        `user = ${account.airflow}`,
        `password = ${api.users[account.airflow]?.password}`,
        `hosts = ssh://${account.host}@${ssh.host}:${ssh.port}`,
        `identity_file = ${ssh.users[account.host]?.key}`,
        `known_hosts = ${join(this.folder, 'known_hosts')}`,
        '',
      ].join('\n'),
    );
    writeFileSync(join(this.folder, 'profiles.ini'), profiles.join('\n'), {mode: 0o600});
  }

  /** Arguments that open one of the profiles. */
  opening(profile: string): readonly string[] {
    return ['--profiles', join(this.folder, 'profiles.ini'), '--profile', profile];
  }

  run(profile: string, ...argv: readonly string[]): Promise<Ended> {
    return this.start(profile, ...argv).ended;
  }

  start(profile: string, ...argv: readonly string[]): Running {
    const child = spawn(process.execPath, [program, ...argv, ...this.opening(profile)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const wrote = {stdout: '', stderr: ''};
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      wrote.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      wrote.stderr += text;
    });
    const ended = once(child, 'close').then(
      ([code]): Ended => ({code, ...wrote, json: () => JSON.parse(wrote.stdout)}),
    );
    return {wrote, ended, signal: name => child.kill(name)};
  }

  close(): void {
    rmSync(this.folder, {recursive: true});
  }
}
