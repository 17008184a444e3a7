import {execFile} from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import type {AirflowApi} from '../../src/airflow/api.ts';
import {connectAirflow} from '../../src/airflow/connect.ts';
import type {Host} from '../../src/host/host.ts';
import {openHost} from '../../src/host/open.ts';
import {execute, type Progress} from '../../src/operations/execute.ts';
import type {Operation, Plan, Report} from '../../src/operations/operation.ts';
import type {Problem} from '../../src/problems/problem.ts';
import type {UnitContext} from '../../src/units/context.ts';
import {followJournal, type JournalLine, lastLines} from '../../src/units/journal.ts';
import {restartUnits, startUnits, stopUnits} from '../../src/units/operations.ts';
import {readUnits} from '../../src/units/state.ts';
import type {Unit} from '../../src/units/unit.ts';
import {type LabInfo, labInfo} from './hosts.ts';

const lab = new URL('lab', import.meta.url).pathname;
const never = () => new AbortController().signal;

describe.each(['a2', 'a3'])('the units of a real host: %s', name => {
  let info: LabInfo;
  let folder: string;
  let api: AirflowApi;
  const open = new Map<string, Host>();

  const asRoot = async (...argv: readonly string[]): Promise<string> =>
    (await promisify(execFile)(lab, ['exec', name, ...argv])).stdout.trim();
  const property = (unit: string, of: string) => asRoot('systemctl', 'show', '-P', of, '--', unit);

  function hostOf(user: string): Host {
    const known = open.get(user);
    if (known !== undefined) return known;
    const {host, port, users} = info.ssh;
    const key = users[user]?.key;
    if (key === undefined) throw new Error(`no key of ${user}`);
    const address = {kind: 'ssh' as const, name, host, port, user};
    const files = {identityFiles: [key], knownHostsFiles: [join(folder, 'known_hosts')]};
    const opened = openHost({...address, ...files}, {become: 'sudo'});
    open.set(user, opened);
    return opened;
  }

  const context = (user = 'ops'): UnitContext => ({
    host: () => hostOf(user),
    airflow: async () => api,
    profileName: 'lab',
    now: Date.now,
  });

  async function unitOf(component: string): Promise<Unit> {
    const {units} = await readUnits(hostOf('ops'));
    const unit = units.find(candidate => candidate.component === component);
    if (unit === undefined) throw new Error(`no unit runs the ${component}`);
    return unit;
  }

  async function run(operation: Operation): Promise<{plan: Plan; report: Report; said: readonly string[]}> {
    const plan = await operation.plan(never());
    expect(plan.blocked).toBeUndefined();
    const said: string[] = [];
    const note = ({running}: Progress) => {
      if (running?.said !== undefined) said.push(running.said);
    };
    return {plan, said, report: await execute(operation.id, plan, never(), note)};
  }

  beforeAll(async () => {
    info = await labInfo(name);
    folder = await mkdtemp(join(tmpdir(), 'windsock-units-'));
    const {host, port, hostKey} = info.ssh;
    await writeFile(join(folder, 'known_hosts'), `[${host}]:${port} ${hostKey}\n`);
    const {url, username: user, password} = info.api;
    const login = {kind: 'password' as const, user, password: async () => password};
    api = await connectAirflow({url, login, timeoutMs: 30_000, insecure: false})();
  });

  afterAll(async () => {
    for (const host of open.values()) host.close();
    await rm(folder, {recursive: true, force: true});
  });

  test('are found by what they run, in the state that systemctl tells', async () => {
    const {units, loose, orphans} = await readUnits(hostOf('ops'));
    expect(units.map(unit => unit.name).sort()).toEqual(info.units.map(unit => `${unit}.service`).sort());
    expect(loose).toEqual([]);
    expect(orphans).toEqual([]);
    for (const unit of units) {
      expect(unit.name).toBe(`airflow-${unit.component}.service`);
      expect(unit).toMatchObject({
        state: await property(unit.name, 'ActiveState'),
        subState: await property(unit.name, 'SubState'),
        mainPid: Number(await property(unit.name, 'MainPID')),
        invocation: await property(unit.name, 'InvocationID'),
        enabled: 'enabled',
        user: 'airflow',
        stopTimeoutMs: 20_000,
        needsDaemonReload: false,
      });
      expect(unit.memoryBytes).toBeGreaterThan(50_000_000);
      const age = Number(await asRoot('ps', '-o', 'etimes=', '-p', String(unit.mainPid))) * 1000;
      expect(Math.abs((unit.inStateMs ?? 0) - age)).toBeLessThan(5_000);
    }
  });

  test('are found without any right but the login', async () => {
    const {units} = await readUnits(hostOf('viewer'));
    expect(units.map(unit => unit.state)).toEqual(info.units.map(() => 'active'));
  });

  test('do not count what was started by hand', async () => {
    const host = hostOf('ops');
    const known = await readUnits(host);
    const start = `cd /; . /etc/default/airflow; export AIRFLOW_HOME PATH; setsid -f airflow triggerer >/dev/null 2>&1 </dev/null`;
    await host.exec(['sh', '-c', start], {as: {user: 'airflow'}});
    const found = await vi.waitUntil(
      async () => {
        const {units, loose} = await readUnits(host, known);
        expect(units).toHaveLength(known.units.length);
        return loose[0];
      },
      {timeout: 60_000, interval: 500},
    );
    try {
      expect(found).toMatchObject({host: name, component: 'triggerer', user: 'airflow'});
      expect(found.why).toBe('It was started by hand or with -D: no unit starts it again when it ends.');
    } finally {
      await asRoot('kill', String(found.pid));
    }
    const gone = async () => (await readUnits(host, known)).loose.length === 0;
    await vi.waitUntil(gone, {timeout: 60_000, interval: 500});
  });

  test('are found behind wrapper scripts, by the script or by the processes', async () => {
    const host = hostOf('ops');
    const wrapper = '#!/bin/sh\n# not airflow scheduler\nexec /opt/airflow/venv/bin/airflow "$@"\n';
    const opaque = '#!/bin/sh\npart=flow\nexec "/opt/airflow/venv/bin/air$part" "trigge""rer"\n';
    const unit = (start: string) =>
      `[Service]\nEnvironmentFile=/etc/default/airflow\nUser=airflow\nExecStart=${start}\n`;
    const files = {
      '/usr/local/bin/lab-wrapper': wrapper,
      '/usr/local/bin/lab-opaque': opaque,
      '/run/systemd/system/lab-wrapped.service': unit('/usr/local/bin/lab-wrapper triggerer'),
      '/run/systemd/system/lab-opaque.service': unit('/usr/local/bin/lab-opaque'),
      '/run/systemd/system/lab-sourced.service': unit(
        `/bin/bash -c 'source /opt/airflow/venv/bin/activate && airflow celery worker'`,
      ),
    };
    try {
      for (const [path, text] of Object.entries(files)) {
        await asRoot('sh', '-c', 'printf %s "$2" >"$1"; chmod 755 "$1"', 'sh', path, text);
      }
      await asRoot('systemctl', 'daemon-reload');
      const componentsOf = (units: readonly Unit[]) =>
        Object.fromEntries(units.filter(each => each.name.startsWith('lab-')).map(each => [each.name, each.component]));
      const stopped = {'lab-wrapped.service': 'triggerer', 'lab-sourced.service': 'worker'};
      expect(componentsOf((await readUnits(host)).units)).toEqual(stopped);
      await asRoot('systemctl', 'start', 'lab-opaque.service');
      const all = {...stopped, 'lab-opaque.service': 'triggerer'};
      const running = await vi.waitUntil(
        async () => {
          const seen = await readUnits(host);
          return 'lab-opaque.service' in componentsOf(seen.units) ? seen : undefined;
        },
        {timeout: 60_000, interval: 500},
      );
      expect(componentsOf(running.units)).toEqual(all);
      expect(running.loose).toEqual([]);
      await asRoot('systemctl', 'kill', '-s', 'KILL', 'lab-opaque.service');
      // It runs nothing now that would tell what it is; it is known from before.
      const later = await readUnits(host, running, () => running.seenAtMs + 600_000);
      expect(componentsOf(later.units)).toEqual(all);
    } finally {
      await asRoot(
        'sh',
        '-c',
        `systemctl stop 'lab-*.service'; rm -f ${Object.keys(files).join(' ')}; systemctl daemon-reload; systemctl reset-failed`,
      );
    }
  });

  test('are restarted, and Airflow hears of it; the journal goes on meanwhile', async () => {
    const host = hostOf('ops');
    const before = await unitOf('triggerer');
    const abort = new AbortController();
    const lines: JournalLine[] = [];
    const reading = (async () => {
      for await (const line of followJournal(host, before.name, {lines: 5, signal: abort.signal})) lines.push(line);
    })();
    await vi.waitUntil(() => lines.length >= 1, {timeout: 20_000});
    const {plan, report, said} = await run(restartUnits(context(), [before]));
    expect(plan.steps.map(({text, note}) => [text, note])).toEqual([
      ['systemctl restart airflow-triggerer.service', 'as root, by sudo'],
      ['wait until the unit is active', 'its stop may take up to 20 s'],
      ['wait for a new heartbeat', undefined],
    ]);
    expect(plan.confirm).toEqual({by: 'key'});
    expect(report.results.filter(({problem}) => problem !== undefined)).toEqual([]);
    expect(report.summary).toMatch(/^airflow-triggerer is active again; its first heartbeat came after \d+ s\.$/);
    expect(said[0]).toBe('stopping, at most 20 s more');
    const after = await unitOf('triggerer');
    expect(after.mainPid).not.toBe(before.mainPid);
    expect(after.state).toBe('active');
    await vi.waitUntil(() => lines.some(line => line.invocation === after.invocation), {timeout: 30_000});
    abort.abort();
    await reading;
    expect(lines.some(({text}) => /Started airflow-triggerer/.test(text))).toBe(true);
    const times = lines.map(({atMs}) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(lines.map(({cursor}) => cursor)).size).toBe(lines.length);
  });

  test('have a journal that is followed over a lost connection, without a gap', async () => {
    const host = hostOf('admin');
    await asRoot(
      'systemd-run',
      '-q',
      '--unit',
      'lab-talker',
      'sh',
      '-c',
      'while :; do i=$((i+1)); echo tick $i; sleep 0.1; done',
    );
    const abort = new AbortController();
    const ticks: number[] = [];
    const problems: (string | undefined)[] = [];
    const onProblem = (problem: Problem | undefined) => problems.push(problem?.code);
    const reading = (async () => {
      for await (const {text} of followJournal(host, 'lab-talker.service', {
        lines: 5,
        signal: abort.signal,
        onProblem,
      })) {
        if (text.startsWith('tick ')) ticks.push(Number(text.slice(5)));
      }
    })();
    try {
      await vi.waitUntil(() => ticks.length > 10, {timeout: 20_000});
      const {stdout: session} = await host.exec(['sh', '-c', 'echo $PPID']);
      await asRoot('kill', '-9', session.trim());
      const before = ticks.length;
      await vi.waitUntil(() => problems.at(-1) === undefined && ticks.length > before + 20, {timeout: 60_000});
      expect(problems.at(1)).toBe('host.lost');
      expect(ticks).toEqual(ticks.map((_, index) => (ticks[0] ?? 0) + index));
    } finally {
      abort.abort();
      await reading;
      await asRoot('systemctl', 'stop', 'lab-talker');
    }
  });

  test('name the tasks that a restart of the scheduler ends', async () => {
    const dag = 'long_sleep';
    const made = await api.trigger(dag, {conf: {}, runId: `units_${Date.now()}`});
    // Another run of it may be at work already: then that one is named.
    const runs = async () => (await unitOf('scheduler')).tasks?.length !== 0;
    await vi.waitUntil(runs, {timeout: 90_000, interval: 1_000});
    const before = await unitOf('scheduler');
    const warned = await vi.waitUntil(
      async () => {
        const plan = await restartUnits(context(), [before]).plan(never());
        return plan.warnings.some(warning => warning.includes('long_sleep.tick')) ? plan : undefined;
      },
      {timeout: 30_000, interval: 1_000},
    );
    expect(warned.warnings).toEqual([
      expect.stringMatching(/^Ends \d+ (of these \d+ )?running tasks?: .*\blong_sleep\.tick \(\d.*\)\.$/),
    ]);
    expect(warned.alternatives.map(({key, label}) => [key, label])).toEqual([['w', 'wait for the tasks first']]);
    const waiting = await warned.alternatives[0]?.operation.plan(never());
    expect(waiting?.steps[0]?.text).toBe('wait until no task runs in airflow-scheduler');
    const {report} = await run(restartUnits(context(), [before]));
    expect(report.results.filter(({problem}) => problem !== undefined)).toEqual([]);
    expect(report.summary).toMatch(/its first heartbeat came after/);
    expect((await unitOf('scheduler')).mainPid).not.toBe(before.mainPid);
    await endRun(dag, made.id);
  });

  test('are stopped and started again, the one taking back the other', async () => {
    const before = await unitOf('triggerer');
    const {plan, report} = await run(stopUnits(context(), [before]));
    expect(plan.confirm).toEqual({by: 'typing', word: 'lab'});
    expect(plan.warnings).toEqual(['Until it is started again deferred tasks stay deferred.']);
    expect(report.summary).toBe('airflow-triggerer is stopped.');
    expect((await unitOf('triggerer')).state).toBe('inactive');
    expect((await stopUnits(context(), [before]).plan(never())).blocked?.detail).toBe(
      `airflow-triggerer on ${name} does not run: it is inactive.`,
    );
    if (report.undo === undefined) throw new Error('a stop can be taken back');
    const back = await run(report.undo);
    expect(back.report.outcome).toBe('done');
    expect((await unitOf('triggerer')).state).toBe('active');
    expect((await startUnits(context(), [before]).plan(never())).blocked?.code).toBe('operation.refused');
  });

  test('are not touched when the plan is out of date', async () => {
    const before = await unitOf('triggerer');
    const operation = restartUnits(context(), [before]);
    const plan = await operation.plan(never());
    await asRoot('systemctl', 'restart', before.name);
    const pid = await property(before.name, 'MainPID');
    const report = await execute(operation.id, plan, never());
    expect(report.results.map(({outcome}) => outcome)).toEqual(['failed', 'not-done', 'not-done']);
    expect(report.results[0]?.problem).toMatchObject({code: 'operation.changed'});
    expect(await property(before.name, 'MainPID')).toBe(pid);
  });

  test('are left alone for who may not; the lines for sudoers that are shown give exactly that right', async () => {
    const before = await unitOf('triggerer');
    const plan = await restartUnits(context('viewer'), [before]).plan(never());
    expect(plan.blocked?.code).toBe('host.sudo-password');
    const lines = plan.blocked?.lines ?? [];
    expect(lines.slice(0, 4)).toEqual([
      `# On ${name}, as root: visudo -f /etc/sudoers.d/windsock`,
      '# Add these lines, then check them with: visudo -cf /etc/sudoers.d/windsock',
      'viewer ALL=(root) NOPASSWD: /usr/bin/systemctl restart airflow-triggerer.service',
      'viewer ALL=(root) NOPASSWD: /usr/bin/systemctl restart airflow-triggerer',
    ]);
    // The plan is blocked; a step that is run all the same is refused by sudo and says so.
    const refused = await execute('units.restart', plan, never());
    expect(refused.results[0]?.problem).toMatchObject({code: 'host.sudo-password', lines});
    expect((await unitOf('triggerer')).mainPid).toBe(before.mainPid);
    const file = '/etc/sudoers.d/windsock';
    try {
      await asRoot('sh', '-c', 'umask 337; printf "%s\\n" "$2" >"$1"', 'sh', file, lines.join('\n'));
      expect(await asRoot('visudo', '-cf', file)).toContain('parsed OK');
      const {report} = await run(restartUnits(context('viewer'), [before]));
      // viewer may restart it and see its state, but not read its journal.
      expect(report.results.filter(({problem}) => problem !== undefined)).toEqual([]);
      expect((await unitOf('triggerer')).mainPid).not.toBe(before.mainPid);
      const other = await unitOf('scheduler');
      expect((await restartUnits(context('viewer'), [other]).plan(never())).blocked?.code).toBe('host.not-permitted');
    } finally {
      await asRoot('rm', '-f', file);
    }
    await expect(lastLines(hostOf('viewer'), before.name, 5)).rejects.toMatchObject({code: 'host.journal-denied'});
  });

  test('that end at once after their start are reported with the last lines of their journal', async () => {
    const file = '/run/systemd/system/lab-broken.service';
    const text = `[Service]\nUser=airflow\nRestart=on-failure\nRestartSec=1s\nExecStart=/bin/sh -c 'echo no such setting; : airflow celery worker; exit 3'\n`;
    const sudo = '/etc/sudoers.d/lab-broken';
    try {
      await asRoot('sh', '-c', 'printf %s "$2" >"$1"; systemctl daemon-reload', 'sh', file, text);
      const rule = 'ops ALL=(root) NOPASSWD: /usr/bin/systemctl start lab-broken';
      await asRoot('sh', '-c', 'umask 337; printf "%s\\n" "$2" >"$1"', 'sh', sudo, rule);
      const found = (await readUnits(hostOf('ops'))).units.find(unit => unit.name === 'lab-broken.service');
      expect(found).toMatchObject({component: 'worker', state: 'inactive', mainPid: undefined});
      if (found === undefined) return;
      const {plan, report} = await run(startUnits(context(), [found]));
      expect(plan.steps[0]?.text).toBe('systemctl start lab-broken');
      expect(report.outcome).toBe('failed');
      const problem = report.results[1]?.problem;
      expect(problem).toMatchObject({code: 'operation.no-effect'});
      expect(problem?.detail).toContain('lab-broken ended after its start (exit 3)');
      expect(problem?.lines).toContain('no such setting');
    } finally {
      await asRoot(
        'sh',
        '-c',
        `systemctl stop lab-broken; rm -f ${file} ${sudo}; systemctl daemon-reload; systemctl reset-failed`,
      );
    }
  });

  async function endRun(dag: string, run: string): Promise<void> {
    const json = {'content-type': 'application/json'};
    const {username, password} = info.api;
    const basic = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const bearer = async () => {
      const body = JSON.stringify({username, password});
      const answer = await fetch(`${info.api.url}/auth/token`, {method: 'POST', headers: json, body});
      return `Bearer ${((await answer.json()) as {access_token: string}).access_token}`;
    };
    const authorization = api.major === 2 ? basic : await bearer();
    const url = `${info.api.url}/api/v${api.major - 1}/dags/${dag}/dagRuns/${run}`;
    const body = JSON.stringify({state: 'failed'});
    expect((await fetch(url, {method: 'PATCH', headers: {...json, authorization}, body})).status).toBe(200);
    // 2.x answers 400 to a DELETE that claims to have a JSON body.
    expect((await fetch(url, {method: 'DELETE', headers: {authorization}})).status).toBe(204);
  }
});
