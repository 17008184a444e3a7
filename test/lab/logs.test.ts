import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {readInstallation} from '../../src/config/installation.ts';
import {withAgent} from '../../src/host/agent.ts';
import type {Host} from '../../src/host/host.ts';
import {openHost} from '../../src/host/open.ts';
import {layoutsOf} from '../../src/logs/layout.ts';
import {folderUsage, type Usage, usage} from '../../src/logs/usage.ts';
import {classRows, dagRows} from '../../src/logs/views.ts';
import {readUnits} from '../../src/units/state.ts';
import {type LabInfo, lab, labExec, labHosts, labInfo} from './hosts.ts';

/** What a real Airflow and `lab fill-logs` have written, as the agent sees it. */
describe.each(labHosts)('the logs of Airflow $airflow', ({name, airflow}) => {
  const as = {user: 'airflow'};
  let info: LabInfo;
  let folder: string;
  let host: Host;
  let found: Usage;
  let layouts: ReturnType<typeof layoutsOf>;

  beforeAll(async () => {
    execFileSync(lab, ['fill-logs', name, '--files', '3000', '--dags', '12', '--days', '200', '--manager-mb', '5']);
    info = await labInfo(name);
    folder = mkdtempSync(join(tmpdir(), 'windsock-lab-'));
    const known = join(folder, 'known_hosts');
    writeFileSync(known, `[${info.ssh.host}]:${info.ssh.port} ${info.ssh.hostKey}\n`);
    host = openHost(
      {
        kind: 'ssh',
        name,
        host: info.ssh.host,
        port: info.ssh.port,
        user: 'ops',
        identityFiles: [info.ssh.users.ops?.key ?? ''],
        knownHostsFiles: [known],
        configFile: 'none',
      },
      {become: 'sudo'},
    );
    const {units} = await readUnits(host);
    layouts = layoutsOf(await readInstallation(host, units));
    found = await scanned();
  }, 300_000);

  afterAll(async () => {
    host?.close();
    if (folder) rmSync(folder, {recursive: true});
    const made = ['dag_id=team*', 'dag_id=huge', 'dag_id=hostile'].map(pattern => `${info.logs}/${pattern}`).join(' ');
    await labExec(name, 'sh', '-c', `rm -rf ${made}`);
  }, 120_000);

  async function scanned(): Promise<Usage> {
    let last: Usage | undefined;
    for await (const each of usage(host, layouts, {as})) last = each;
    if (last === undefined) throw new Error('nothing came');
    return last;
  }

  /** Of all log folders, as the Airflow user: bytes, files. */
  async function counted(): Promise<readonly number[]> {
    const script =
      'for f; do du -sx -B1 "$f" 2>/dev/null | cut -f1; find "$f" -xdev -type f -printf "%i\\n" 2>/dev/null | sort -u | wc -l; done';
    const {stdout} = await host.exec(['sh', '-c', script, 'sh', ...layouts.map(each => each.folder)], {as});
    const numbers = stdout.trim().split('\n').map(Number);
    return [0, 1].map(place => numbers.filter((_, at) => at % 2 === place).reduce((sum, each) => sum + each, 0));
  }

  test('sum up as du and find sum them up', async () => {
    // Airflow goes on writing: what counts is a look that nothing changed meanwhile.
    await expect
      .poll(
        async () => {
          const before = await counted();
          const {bytes, files, state} = await scanned();
          if (String(await counted()) !== String(before)) return 'written to';
          return {sums: [bytes, files], expected: before, state};
        },
        {timeout: 240_000, interval: 1000},
      )
      .toSatisfy(
        (seen: unknown) =>
          typeof seen === 'object' &&
          seen !== null &&
          'sums' in seen &&
          'expected' in seen &&
          String(seen.sums) === String(seen.expected),
      );
  }, 300_000);

  test('are of the classes that they are', async () => {
    const rows = new Map(classRows(found, undefined).map(row => [row.class, row]));
    const count = async (...args: readonly string[]) => {
      const {stdout} = await host.exec(['find', info.logs, '-xdev', '-type', 'f', ...args, '-printf', 'x'], {as});
      return stdout.length;
    };
    const tasks = await count('-path', '*/dag_id=*/run_id=*/task_id=*/attempt=*.log*');
    expect(rows.get('task')?.files).toBeGreaterThanOrEqual(3000);
    expect(Math.abs((rows.get('task')?.files ?? 0) - tasks)).toBeLessThan(50);
    expect(rows.get('dag-file')?.files).toBeGreaterThan(500);
    if (airflow.startsWith('2.')) {
      expect(rows.get('manager')).toMatchObject({held: true});
      expect(rows.get('manager')?.bytes).toBeGreaterThan(5 << 20);
    } else expect(rows.has('manager')).toBe(false);
    // What fill-logs puts where Airflow would not: "-rf.log" and " .log" in a run's folder, and a name for a linked file.
    expect(rows.get('unknown')?.files).toBeGreaterThanOrEqual(2);
    expect(rows.get('unknown')?.files).toBeLessThanOrEqual(4);
  });

  test('hold what their names hide: none is lost, and what may not be read is told', () => {
    const hostile = dagRows(found, undefined).find(row => row.dagId === 'hostile');
    expect(hostile?.files).toBeGreaterThanOrEqual(12);
    expect(found.errors).toBeGreaterThanOrEqual(1);
    expect(found.unreadable.map(({path}) => path)).toContainEqual(expect.stringContaining('lost+found'));
    expect(found.largest[0]).toMatchObject({path: expect.stringContaining('dag_id=huge'), bytes: expect.any(Number)});
  });

  test('are told run by run for a DAG', async () => {
    const dag = dagRows(found, undefined).find(row => row.dagId.startsWith('team'));
    const [layout] = layouts;
    if (dag === undefined || layout === undefined) throw new Error('fill-logs has left no DAG');
    let last: Awaited<ReturnType<typeof scanned>> | Usage<{readonly path: string}> | undefined;
    for await (const each of folderUsage(host, {layout, folders: [`dag_id=${dag.dagId}`]}, {as})) last = each;
    const {stdout} = await host.exec(['ls', `${info.logs}/dag_id=${dag.dagId}`], {as});
    expect(last?.entries).toHaveLength(stdout.trim().split('\n').length);
    expect(last?.files).toBe(dag.files);
  });

  test('have files open that the agent sees', async () => {
    await withAgent(host, {as}, async agent => {
      const held = await agent.held(info.logs);
      expect(held.every(each => each.path.startsWith(info.logs))).toBe(true);
      if (airflow.startsWith('2.')) {
        expect(held).toContainEqual(
          expect.objectContaining({path: expect.stringContaining('dag_processor_manager.log'), isWritten: true}),
        );
      }
    });
  });
});
