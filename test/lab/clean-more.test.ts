import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {afterAll, beforeAll, describe, expect, onTestFinished, test, vi} from 'vitest';
import {type LabInfo, lab, labExec, labFault, labInfo, startHosts} from './hosts.ts';

const program = fileURLToPath(new URL('../../dist/windsock.js', import.meta.url));

const hosts = [
  {name: 'lc2', airflow: '2.11.0', options: ['--log-size', '1G'], web: 'webserver'},
  {name: 'lc3', airflow: '3.3.2', options: ['--log-size', '1G'], web: 'api-server'},
] as const;
type Name = (typeof hosts)[number]['name'];
type User = 'ops' | 'admin';

const infos = new Map<Name, LabInfo>();
let folder: string;
let stop = async (): Promise<void> => {};

/** `ops` may do anything as airflow, `admin` with a password as root; `both` is ops on both hosts. */
beforeAll(async () => {
  stop = await startHosts(hosts);
  folder = mkdtempSync(join(tmpdir(), 'windsock-lab-test-'));
  for (const {name} of hosts) infos.set(name, await labInfo(name));
  const all = [...infos.values()];
  const known = all.map(({ssh}) => `[${ssh.host}]:${ssh.port} ${ssh.hostKey}\n`);
  writeFileSync(join(folder, 'known_hosts'), known.join(''));
  const profile = (section: string, user: User, [first, ...others]: readonly LabInfo[]): readonly string[] =>
    first === undefined
      ? []
      : [
          `[${section}]`,
          `api = ${first.api.url}`,
          `user = ${first.api.username}`,
          `password = ${first.api.password}`,
          `hosts = ${[first, ...others].map(({ssh}) => `ssh://${user}@${ssh.host}:${ssh.port}`).join(', ')}`,
          `identity_file = ${first.ssh.users[user]?.key}`,
          `known_hosts = ${join(folder, 'known_hosts')}`,
          ...(user === 'admin' ? [`become_password_command = echo ${first.ssh.users.admin?.password}`] : []),
          '',
        ];
  const sections = all.flatMap(info => [
    ...profile(`ops-${info.name}`, 'ops', [info]),
    ...profile(`admin-${info.name}`, 'admin', [info]),
  ]);
  writeFileSync(join(folder, 'profiles.ini'), [...sections, ...profile('both', 'ops', all)].join('\n'), {mode: 0o600});
});

afterAll(async () => {
  await stop();
  rmSync(folder, {recursive: true});
});

type Ended = {readonly code: number; readonly stdout: string; readonly stderr: string};

/** Without a screen. */
async function windsock(profile: string, ...args: readonly string[]): Promise<Ended> {
  const argv = [program, ...args, '--profiles', join(folder, 'profiles.ini'), '--profile', profile];
  const env = {...process.env, XDG_STATE_HOME: join(folder, 'state')};
  try {
    return {code: 0, ...(await promisify(execFile)(process.execPath, argv, {env}))};
  } catch (error) {
    return error as Ended;
  }
}

const clean = (profile: string, ...args: readonly string[]) => windsock(profile, 'logs', 'clean', ...args);

const shell = (name: Name, script: string): Promise<string> => labExec(name, 'sh', '-ec', script);
const asAirflow = (name: Name, script: string): Promise<string> =>
  labExec(name, 'runuser', '-u', 'airflow', '--', 'sh', '-ec', script);

const logs = '/var/log/airflow';
/** All below a folder, and itself, is as old. */
const old = (path: string) => `find ${path} -depth -exec touch -h -d '40 days ago' {} +`;

const isThere = async (name: Name, path: string): Promise<boolean> =>
  (await shell(name, `test -e ${path} && echo yes || echo no`)).trim() === 'yes';

async function filesOf(name: Name, path: string): Promise<readonly string[]> {
  const found = await shell(name, `cd ${path} && find . -type f | sort`);
  return found.split('\n').filter(line => line !== '');
}

describe.each(hosts)('a clean-up of a real host: Airflow $airflow', ({name, web}) => {
  const ops = `ops-${name}`;
  const failed = `${logs}/dag_id=always_fails`;
  const succeeded = `${logs}/dag_id=quick_success`;

  beforeAll(async () => {
    for (const dag of ['always_fails', 'quick_success']) await windsock(ops, 'dags', 'trigger', dag, '--yes');
  });

  test('takes from another log folder what Airflow is set to write there, and leaves the rest', async () => {
    const other = '/var/tmp/other-logs';
    const option = name === 'lc2' ? 'child_process_log_directory' : 'dag_processor_child_process_log_directory';
    await shell(name, `cp -p /opt/airflow/airflow.cfg /opt/airflow/airflow.cfg.before`);
    onTestFinished(async () => {
      await shell(name, `mv /opt/airflow/airflow.cfg.before /opt/airflow/airflow.cfg; rm -rf ${other}`);
    });
    await shell(name, `sed -i 's|^${option} *=.*|${option} = ${other}|' /opt/airflow/airflow.cfg`);
    await shell(name, `install -d -o airflow -g airflow ${other}`);
    await asAirflow(name, `mkdir -p ${other}/2026-01-01 ${logs}/dag_id=a/run_id=1/task_id=t; cd ${other}`);
    await asAirflow(name, `cd ${other}; echo x | tee 2026-01-01/x.py.log flower.log 2026-01-01/y.py.log >/dev/null`);
    await asAirflow(name, `cd ${logs}; echo x >dag_id=a/run_id=1/task_id=t/attempt=1.log; ${old('dag_id=a')}`);
    await shell(name, old(other));
    const {code, stdout} = await clean(ops, '--older-than', '30d', '--folder', other, '--yes');
    expect(stdout).toMatch(/2 of 2 files were deleted/);
    expect(stdout).toContain(`Airflow writes logs elsewhere, too, and they are left: ${logs}`);
    expect(code).toBe(0);
    expect(await filesOf(name, other)).toEqual(['./flower.log']);
    expect(await filesOf(name, `${logs}/dag_id=a`)).toHaveLength(1);
    const refused = await clean(ops, '--older-than', '30d', '--folder', '/var/log', '--yes');
    expect(refused.stderr).toMatch(/Airflow writes no logs there: \/var\/log; it writes to/);
    expect(refused.code).toBe(64);
  });

  test('of the journal needs the right of root: without it the line for sudoers is told, and that is enough', async () => {
    const archived = async () => Number(await shell(name, "find /var/log/journal -name 'system@*' | wc -l"));
    await shell(name, 'journalctl --rotate');
    const before = await archived();
    expect(before).toBeGreaterThan(0);
    const refused = await clean(ops, '--journal', '--to', '1MB', '--yes');
    expect(refused.code).toBe(1);
    const rule = /ops ALL=\(root\) NOPASSWD: \/usr\/bin\/journalctl --vacuum-size\\=1000000/.exec(refused.stderr)?.[0];
    expect(rule).toBeDefined();
    expect(await archived()).toBe(before);
    onTestFinished(async () => void (await shell(name, 'rm -f /etc/sudoers.d/windsock')));
    await labExec(
      name,
      'sh',
      '-ec',
      'echo "$0" >/etc/sudoers.d/windsock; visudo -cf "$1"',
      rule ?? '',
      '/etc/sudoers.d/windsock',
    );
    const allowed = await clean(ops, '--journal', '--to', '1MB', '--yes');
    expect(allowed.stdout).toMatch(/archived files? .* went\. Planned .*, freed /);
    expect(allowed.code).toBe(0);
    expect(await archived()).toBe(0);
  });

  test('of the journal is done with the password of sudo by who has one', async () => {
    const files = async () => (await shell(name, "find /var/log/journal -name '*@*' | wc -l")).trim();
    await shell(name, 'journalctl --rotate');
    const {code, stdout} = await clean(`admin-${name}`, '--journal', '--to', '1MB', '--yes');
    expect(stdout).toMatch(/went\. Planned (.*), freed \1/);
    expect(code).toBe(0);
    expect(await files()).toBe('0');
  });

  /** A process of Airflow that writes numbered lines, as fast as it can, until the test is over. */
  async function writer(file: string): Promise<{end(): Promise<number>}> {
    const script = `
import signal, sys
going = True
def stop(*_):
    global going
    going = False
signal.signal(signal.SIGTERM, stop)
n = 0
with open(sys.argv[1], 'ab', 0) as log:
    while going:
        log.write(b'line %09d\\n' % n)
        n += 1
print(n)
`;
    const child = spawn(lab, ['exec', name, 'runuser', '-u', 'airflow', '--', 'python3', '-c', script, file]);
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    const ended = once(child, 'close');
    const end = async () => {
      await shell(name, `pkill -TERM -u airflow -f '^python3 -c .*${file}' || true`);
      await ended;
      return Number(said);
    };
    onTestFinished(async () => void (await end()));
    await vi.waitFor(async () => expect(Number(await shell(name, `stat -c %s ${file}`))).toBeGreaterThan(1_000_000), {
      timeout: 20_000,
    });
    return {end};
  }

  describe('of a manager log that is being written', () => {
    const own = `${logs}/dag_processor_manager`;
    const file = `${own}/dag_processor_manager.log`;
    const rotate = ['--class', 'manager', '--older-than', '30d', '--rotate'];

    beforeAll(async () => {
      // That of 2.x goes on with a file that has no name any more.
      await asAirflow(name, `mkdir -p ${own}; rm -f ${own}/*; : >${file}`);
    });

    test('keeps every line, in the copy or in the log', async () => {
      const {end} = await writer(file);
      const {code, stdout} = await clean(ops, ...rotate, '--yes');
      const written = await end();
      expect(stdout).toMatch(/1 file copied and emptied/);
      expect(code).toBe(0);
      const count = `
import sys
text = b''.join(open(path, 'rb').read() for path in sys.argv[1:])
lines = text.split(b'\\n')
wanted = [b'line %09d' % n for n in range(len(lines) - 1)]
print(len(lines) - 1, lines[:-1] == wanted, len(open(sys.argv[1], 'rb').read()) > 1000000)
`;
      const found = await labExec(name, 'python3', '-c', count, `${file}.1`, file);
      expect(found.trim()).toBe(`${written} True True`);
    });

    test('leaves it with 0 bytes free, and says so', async () => {
      const {end} = await writer(file);
      onTestFinished(async () => void (await shell(name, `rm ${logs}/.lab-full`)));
      await vi.waitFor(async () => {
        await labFault(name, 'full-disk');
        expect((await shell(name, `df --output=avail ${logs} | tail -1`)).trim()).toBe('0');
      }, 60_000);
      await end();
      const size = await shell(name, `stat -c %s ${file}`);
      const copies = await filesOf(name, own);
      const {code, stdout} = await clean(ops, ...rotate, '--yes');
      expect(stdout).toMatch(/Left: 1 file .* that would be copied before it is emptied, and the volume has no room/);
      expect(stdout).toContain('Nothing had to go.');
      expect(code).toBe(0);
      expect(await shell(name, `stat -c %s ${file}`)).toBe(size);
      expect(await filesOf(name, own)).toEqual(copies);
    });
  });

  test('keeps the logs of runs that failed, and all that may be of one while the API is stopped', async () => {
    await vi.waitFor(
      async () => {
        const states = await Promise.all(
          ['always_fails', 'quick_success'].map(
            async dag => (await windsock(ops, 'dags', 'runs', dag, '--json')).stdout,
          ),
        );
        const [bad, good] = states.map(text => JSON.parse(text).map(({state}: {readonly state: string}) => state));
        expect([...bad, ...good].filter(state => state === 'queued' || state === 'running')).toEqual([]);
        expect(good).toContain('success');
      },
      {timeout: 120_000, interval: 2_000},
    );
    // Forty days pass, for Airflow and for its files.
    const earlier = (column: string) => `${column} = strftime('%Y-%m-%d %H:%M:%f000', ${column}, '-40 days')`;
    const update = `update dag_run set ${['start_date', 'end_date'].map(earlier).join(', ')} where dag_id in ('always_fails', 'quick_success');`;
    await labExec(
      name,
      'runuser',
      '-u',
      'airflow',
      '--',
      'sqlite3',
      '-cmd',
      '.timeout 20000',
      '/opt/airflow/airflow.db',
      update,
    );
    await shell(
      name,
      `${old(failed)}; ${old(succeeded)}; find ${failed} ${succeeded} -exec touch -h -d '39 days ago' {} +`,
    );
    await shell(name, `rm -rf /var/tmp/succeeded; cp -a ${succeeded} /var/tmp/succeeded`);
    const both = [await filesOf(name, failed), await filesOf(name, succeeded)];
    const rule = ['--dag', 'always_fails', 'quick_success', '--older-than', '30d'];
    const seeing = await clean(ops, ...rule, '--failed-older-than', '90d', '--yes');
    expect(seeing.stdout).toMatch(new RegExp(`! Left: ${both[0]?.length} files? .* of runs that failed, like`));
    expect(seeing.code).toBe(0);
    expect(await filesOf(name, failed)).toEqual(both[0]);
    expect(await isThere(name, succeeded)).toBe(false);
    await shell(name, `cp -a /var/tmp/succeeded ${succeeded}`);
    await labFault(name, 'stop', web);
    const blind = await clean(ops, ...rule, '--failed-older-than', '90d', '--yes');
    expect(blind.stdout).toMatch(
      /! Left: \d+ files .* of runs of which Airflow does not tell whether they failed, like/,
    );
    expect(blind.stdout).toMatch(/so which runs failed is not known: the logs of all runs stay for 90 d/);
    expect(blind.stdout).toContain('Nothing had to go.');
    expect(blind.code).toBe(0);
    expect([await filesOf(name, failed), await filesOf(name, succeeded)]).toEqual(both);
    // What is older goes in any case.
    expect((await clean(ops, ...rule, '--failed-older-than', '35d', '--yes')).code).toBe(0);
    expect([await isThere(name, failed), await isThere(name, succeeded)]).toEqual([false, false]);
  });
});

describe('a clean-up of the two hosts of a profile', () => {
  const mine = `${logs}/dag_id=both`;
  const everywhere = ['--dag', 'both', '--older-than', '30d', '--host', 'all'];
  const fill = async (name: Name, files: number) => {
    const make = `mkdir -p ${mine}/run_id=1/task_id=t; cd ${mine}/run_id=1/task_id=t`;
    await asAirflow(name, `${make}; for n in $(seq ${files}); do echo x >attempt=$n.log; done; ${old(mine)}`);
  };

  test('is one on each, with its own result', async () => {
    await fill('lc2', 2);
    await fill('lc3', 3);
    expect((await clean('both', ...everywhere, '--dry-run')).code).toBe(0);
    const {code, stdout} = await clean('both', ...everywhere, '--yes', '--json');
    expect(code).toBe(0);
    const {plan, report} = JSON.parse(stdout);
    expect(plan.facts.hosts).toMatchObject([{files: 2}, {files: 3}]);
    expect(report.results[0].said).toMatch(/^2 of 2 files were deleted/);
    expect(report.results[2].said).toMatch(/^3 of 3 files were deleted/);
    expect([await isThere('lc2', mine), await isThere('lc3', mine)]).toEqual([false, false]);
  });

  test('is done on the one when the other does not answer, and the exit code and the JSON say so', async () => {
    await fill('lc2', 2);
    await fill('lc3', 3);
    await labFault('lc2', 'stop-ssh');
    onTestFinished(() => labFault('lc2', 'heal'));
    const [first, second] = [...infos.values()].map(({ssh}) => `${ssh.host}:${ssh.port}`);
    const planned = await clean('both', ...everywhere, '--dry-run');
    expect(planned.stdout).toContain(`! ${first} is left: The host does not answer`);
    expect(planned.code).toBe(1);
    const {code, stdout} = await clean('both', ...everywhere, '--yes', '--json');
    expect(code).toBe(1);
    const {plan, report} = JSON.parse(stdout);
    expect(plan.facts.hosts).toMatchObject([
      {host: first, problem: {code: 'host.unreachable'}},
      {host: second, files: 3},
    ]);
    expect(report).toMatchObject({
      outcome: 'failed',
      results: [{outcome: 'failed', problem: {code: 'host.unreachable'}}, {outcome: 'done'}, {outcome: 'done'}],
    });
    expect([await isThere('lc2', mine), await isThere('lc3', mine)]).toEqual([true, false]);
  });
});
