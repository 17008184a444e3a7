import {execFile} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import type {Entry} from '../../src/changes/fold.ts';
import {sentence} from '../../src/changes/sentence.ts';
import {type Answer, gapSentence, type TimeLine, timeLine} from '../../src/changes/time-line.ts';
import {type Console, openConsole} from '../../src/console.ts';
import {expectProblem} from '../../src/problems/problem.ts';
import {readProfiles} from '../../src/profile/read-profiles.ts';
import {lab, labExec, labInfo} from './hosts.ts';

const dayMs = 24 * 3_600_000;

/** Hosts of their own: they are killed and lose their power. */
const hosts = [
  {name: 'chg2', airflow: '2.11.0', web: 'airflow-webserver'},
  {name: 'chg3', airflow: '3.3.2', web: 'airflow-api-server'},
] as const;

/**
 * What the kernel kills for lack of memory cannot be made here: the containers have neither a memory controller of their own nor the
 * kernel's messages in their journal. Nobody but the kernel and systemd can write such an entry; the wordings are in the unit tests.
 */
describe.each(hosts)('what changed on a real host with Airflow $airflow', ({name, airflow, web}) => {
  let folder: string;
  const consoles = new Map<string, Console>();

  beforeAll(async () => {
    await promisify(execFile)(lab, ['up', name, '--airflow', airflow]);
    const {ssh, api} = await labInfo(name);
    folder = mkdtempSync(join(tmpdir(), 'windsock-changes-'));
    writeFileSync(join(folder, 'known_hosts'), `[${ssh.host}]:${ssh.port} ${ssh.hostKey}\n`);
    const profile = (user: string) =>
      [
        `[${user}]`,
        `api = ${api.url}`,
        `user = ${api.username}`,
        `password = ${api.password}`,
        `hosts = ssh://${user}@${ssh.host}:${ssh.port}`,
        `identity_file = ${ssh.users[user]?.key}`,
        `known_hosts = ${join(folder, 'known_hosts')}`,
        '',
      ].join('\n');
    const file = join(folder, 'profiles.ini');
    writeFileSync(file, profile('ops') + profile('viewer'), {mode: 0o600});
    for (const each of (await readProfiles(file, process.env)).profiles) {
      const onBug = (error: unknown) => expect.unreachable(String(error));
      consoles.set(each.name, openConsole(each, {readOnly: true, onBug}));
    }
  });

  afterAll(async () => {
    for (const console of consoles.values()) console.close();
    rmSync(folder, {recursive: true, force: true});
    await promisify(execFile)(lab, ['rm', name]);
  });

  async function line(user = 'ops'): Promise<TimeLine> {
    const console = consoles.get(user);
    if (console === undefined) throw new Error(`nobody is ${user}`);
    const answers = await Promise.all(
      console.changes(dayMs).map(async ({whom, title, query}): Promise<Answer> => {
        try {
          return {whom, title, told: await console.live.ask(query), problem: undefined};
        } catch (error) {
          return {whom, title, told: undefined, problem: expectProblem(error)};
        }
      }),
    );
    return timeLine(answers);
  }

  /** What happened since a time, oldest first. */
  const since = ({entries}: TimeLine, atMs: number): readonly Entry[] =>
    entries.filter(entry => entry.atMs >= Math.floor(atMs / 1000) * 1000).toReversed();

  const texts = (entries: readonly Entry[]) => entries.map(({kind, text}) => `${kind}: ${text}`);

  const shell = (script: string) => labExec(name, 'sh', '-c', script);

  test('its making is told: the deployment, the first start, the configuration', async () => {
    const {entries, gaps} = await line();
    expect(gaps.map(gapSentence)).toEqual([]);
    const all = texts(entries);
    expect(all).toContain(`deployment: Airflow ${airflow} was installed in /opt/airflow/venv`);
    expect(all).toContainEqual(expect.stringMatching(/^unit: airflow-.*were started$/));
    expect(all).toContainEqual(expect.stringMatching(/^boot: .* booted$/));
    expect(all).toContainEqual(expect.stringMatching(/^configuration: .*airflow\.cfg/));
  });

  test('what is done appears with its time, host and sentence, and nothing else does', async () => {
    const doneAtMs = new Map<RegExp, number>();
    const beganAtMs = Date.now();
    const act = async (expected: RegExp, script: string) => {
      doneAtMs.set(expected, Date.now());
      await shell(script);
    };
    await act(/^unit: airflow-triggerer was restarted$/, 'systemctl restart airflow-triggerer');
    await act(/^configuration: airflow\.cfg was changed$/, 'touch /opt/airflow/airflow.cfg');
    await act(
      /^dag-file: windsock_new\.py is new or was replaced$/,
      'touch /opt/airflow/dags/windsock_new.py; chown airflow: /opt/airflow/dags/windsock_new.py',
    );
    await act(
      /^removal: \/opt\/airflow\/dags\/windsock_team lost a file: removed, or moved away$/,
      'mkdir /opt/airflow/dags/windsock_team; touch /opt/airflow/dags/windsock_team/gone.py; sleep 4; rm /opt/airflow/dags/windsock_team/gone.py',
    );
    const control =
      'Package: windsock-probe\\nVersion: 1.0\\nArchitecture: all\\nMaintainer: x <x@example.com>\\nDescription: x\\n';
    await act(
      /^package: windsock-probe was installed$/,
      `mkdir -p /tmp/p/DEBIAN; printf '${control}' >/tmp/p/DEBIAN/control; dpkg-deb -b /tmp/p /tmp/p.deb; dpkg -i /tmp/p.deb`,
    );
    await act(/^package: windsock-probe was removed$/, 'dpkg -P windsock-probe');
    await act(
      /^failure: airflow-scheduler failed \(killed, signal 9\), and systemd started it again$/,
      'kill -9 $(systemctl show -P MainPID airflow-scheduler)',
    );
    await vi.waitUntil(
      async () => (await shell('systemctl show -P ActiveState airflow-scheduler')).trim() === 'active',
      {
        timeout: 60_000,
      },
    );
    const commandAtMs = Date.now();
    const ops = consoles.get('ops')?.hosts[0]?.host;
    const {code} = (await ops?.exec(['systemctl', 'restart', `${web}.service`], {as: 'root', timeoutMs: 60_000})) ?? {};
    expect(code).toBe(0);
    doneAtMs.set(new RegExp(`^unit: ${web} was restarted$`), commandAtMs);
    doneAtMs.set(new RegExp(`^command: ops ran systemctl restart ${web}\\.service$`), commandAtMs);

    const seen = (await line()).entries.flatMap(({changes}) => changes).filter(({atMs}) => atMs >= beganAtMs - 1_000);
    const found = seen.map(change => `${change.kind}: ${sentence([change])}`);
    for (const [expected, atMs] of doneAtMs) {
      const at = found.findIndex(text => expected.test(text));
      expect(at, `${expected} in\n${found.join('\n')}`).toBeGreaterThanOrEqual(0);
      expect(seen[at]?.host).toBe('127.0.0.1');
      // An orderly stop may take the 20 s that the lab gives it.
      expect((seen[at]?.atMs ?? 0) - atMs, String(expected)).toBeLessThan(30_000);
      expect((seen[at]?.atMs ?? 0) - atMs, String(expected)).toBeGreaterThanOrEqual(-1_000);
    }
    const others = found.filter(text => ![...doneAtMs.keys()].some(expected => expected.test(text)));
    for (const text of others) {
      // On a busy machine a component may not stop in these 20 s: systemd then kills it, and says so.
      const [, unit] = /^failure: (airflow-\S+) failed \(killed, signal 9: the time limit/.exec(text) ?? [];
      expect(unit, text).toBeDefined();
      expect(await shell(`journalctl -u ${unit} -n 200 -o cat`)).toContain("Failed with result 'timeout'");
    }
  });

  test('a loss of power is told from an orderly boot', async () => {
    const offAtMs = Date.now();
    await promisify(execFile)(lab, ['power-off', name]);
    await promisify(execFile)(lab, ['up', name, '--airflow', airflow]);
    consoles.get('ops')?.loginAgain();
    const boot = since(await line(), offAtMs).find(({kind}) => kind === 'boot');
    expect(boot?.text).toBe('127.0.0.1 booted; it had not been shut down before: a crash or a loss of power');
    expect(boot?.host).toBe('127.0.0.1');
    const [nowS = 0, upS = 0] = (await shell('date +%s; ps -o etimes= -p 1')).split('\n').map(Number);
    expect(Math.abs((boot?.atMs ?? 0) - (nowS - upS) * 1000)).toBeLessThan(5_000);
  });

  test('who may not read the journal is told so, and sees the rest', async () => {
    const {entries, gaps} = await line('viewer');
    expect(gaps.map(({titles, problem}) => [problem.code, titles.length])).toContainEqual(['host.journal-denied', 3]);
    expect(texts(entries)).toContainEqual(expect.stringMatching(/^boot: 127\.0\.0\.1 booted/));
    expect(texts(entries)).toContainEqual(expect.stringMatching(/^package: /));
  });
});
