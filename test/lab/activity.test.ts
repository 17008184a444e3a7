import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {inspect} from 'node:util';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Entry} from '../../src/activity/entry.ts';
import {collectEvidence} from '../../src/commands/collect.ts';
import {type Console, openConsole} from '../../src/console.ts';
import {pasted} from '../src/pasted.ts';
import {type LabInfo, labExec, labHosts, labInfo} from './hosts.ts';

describe.each(labHosts)('the activity on Airflow $airflow', ({name, airflow}) => {
  let info: LabInfo;
  let folder: string;
  let console: Console;

  beforeAll(async () => {
    info = await labInfo(name);
    folder = mkdtempSync(join(tmpdir(), 'windsock-lab-activity-'));
    const {host, port, hostKey, users} = info.ssh;
    const knownHosts = join(folder, 'known_hosts');
    writeFileSync(knownHosts, `[${host}]:${port} ${hostKey}\n`);
    const {url, username: user, password} = info.api;
    console = openConsole(
      {
        name,
        api: {
          url,
          login: {kind: 'password', user, password: async () => password},
          timeoutMs: 30_000,
          insecure: false,
        },
        hosts: [
          {
            ...{kind: 'ssh', name, host, port, user: 'ops', configFile: 'none'},
            identityFiles: [users.ops?.key ?? ''],
            knownHostsFiles: [knownHosts],
          },
        ],
        become: 'sudo',
        protect: false,
        readOnly: true,
      },
      {
        readOnly: true,
        stateFolder: join(folder, 'windsock'),
        onBug: error => {
          throw error;
        },
      },
    );
    await collectEvidence(console);
  });

  afterAll(() => {
    console.close();
    rmSync(folder, {recursive: true});
  });

  function lineOf(wanted: (entry: Entry) => boolean): string {
    const entry = console.activity.record.entries().findLast(wanted);
    if (entry === undefined) throw new Error('it is not in the activity');
    const copied = console.activity.copy(entry);
    if ('none' in copied) throw new Error(copied.none);
    return copied.line;
  }

  test('a request that is pasted answers with the login that windsock used', async () => {
    const line = lineOf(({what}) => what.includes('/pools'));
    expect(line).toContain(airflow.startsWith('2') ? 'csrf_token' : '/auth/token');
    expect(await pasted(line, `${info.api.password}\n`)).toContain('default_pool');
  });

  test('a command that is pasted runs on the host', async () => {
    const line = lineOf(
      ({what, end}) => what.startsWith('sh -c') && what.includes('--type=service') && end?.result === 'exit 0',
    );
    expect(await pasted(line)).toContain('airflow-scheduler.service');
  });

  test('what the host’s configuration keeps secret is in no entry', async () => {
    const all = inspect(console.activity.record.entries(), {
      depth: Number.POSITIVE_INFINITY,
      maxArrayLength: null,
      maxStringLength: null,
    });
    expect(all).toContain('airflow.cfg');
    const keys = await labExec(
      name,
      'grep',
      '-hE',
      '^(fernet_key|secret_key|jwt_secret) = .',
      '/opt/airflow/airflow.cfg',
    );
    const secrets = [...keys.matchAll(/= (.+)/g)].map(([, value]) => value ?? '');
    expect(secrets.length).toBeGreaterThan(0);
    for (const secret of secrets) expect(all).not.toContain(secret);
    // Nothing that windsock runs by itself is taken for a secret.
    expect(all).not.toContain('••••');
  });
});
