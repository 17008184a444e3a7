import {spawnSync} from 'node:child_process';
import {expect, test} from 'vitest';
import type {Installation} from '../../../../src/config/installation.ts';
import {layoutOf} from '../../../../src/logs/layout.ts';
import {filesOf} from '../../../../src/logs/schedule/files.ts';
import type {Schedule, Vessel} from '../../../../src/logs/schedule/schedule.ts';
import {cleanUpScript} from '../../../../src/logs/schedule/script.ts';

const installation = {
  ...{logFolder: '/logs', otherLogFolders: [], dagFileLogFolders: [], managerLog: undefined, logTemplate: undefined},
  ...{user: 'airflow', runAs: {user: 'airflow'}, dagsFolder: '/dags', airflowHome: '/opt/airflow', version: '2.11.0'},
} as unknown as Installation;

const texts = (vessel: Vessel, of: Partial<Installation>, rule: Schedule['rule'] = {}): readonly string[] => {
  const schedule = {name: 'x', vessel, rule: {olderThanMs: 30 * 86_400_000, ...rule}, at: {hour: 3, minute: 15}};
  return filesOf(schedule, {...installation, ...of}, {group: 'airflow', nowMs: 0}).map(({text}) => text);
};

const refused = expect.objectContaining({code: 'logs.cannot-schedule'});

test.each(['a"b', '{a}', "it's", 'a\\', '#a', '$(id)', '~', 'new\nline', 'a\u2028b', '!'])(
  'logrotate gets no path that it may read as something else: %j',
  name => {
    for (const place of ['logFolder', 'managerLog', 'airflowHome'] as const)
      expect(() => texts('logrotate', {[place]: `/l/${name}/x.log`})).toThrow(refused);
  },
);

test('a user and DAGs that mean something to systemd, cron or a text are refused', () => {
  for (const vessel of ['timer', 'cron'] as const) {
    for (const user of ['air%flow', 'a b', 'a\nb', '-x;id', '$(id)'])
      expect(() => texts(vessel, {user})).toThrow(refused);
    for (const dag of ['a\nb', '\ud800']) expect(() => texts(vessel, {}, {dagIds: [dag]})).toThrow(refused);
  }
});

test.each(["it's", '$(touch x)', '`touch x`', '"; touch x; "', '\\', '{{ x }}', '{# x', '%n', '!', 'ü'])(
  'a log folder and a DAG of any name stand for themselves in what the shell and Python read: %j',
  name => {
    const [dag = ''] = texts('dag', {logFolder: `/l/${name}`}, {dagIds: [name]});
    const program = `import ast, sys
assigned = next(n for n in ast.parse(sys.stdin.read()).body if isinstance(n, ast.Assign) and n.targets[0].id == "SCRIPT")
print(assigned.value.value.replace("cd -P", "printf %s \\"$logs\\"; exit; cd -P"))`;
    const script = spawnSync('python3', ['-c', program], {input: dag, encoding: 'utf8'});
    expect(script.stderr).toBe('');
    expect(spawnSync('sh', [], {input: script.stdout, encoding: 'utf8'}).stdout).toBe(`/l/${name}`);
  },
);

test('the script takes its programs from no log folder, where there is no PATH', () => {
  const script = cleanUpScript(layoutOf('/logs'), {olderThanMs: 86_400_000}).split('\n\n')[0];
  for (const PATH of ['', undefined]) {
    const env = PATH === undefined ? {} : {PATH};
    const {stdout} = spawnSync('/bin/sh', ['-c', `${script}\necho ":$PATH:"`], {env, encoding: 'utf8'});
    expect(stdout).not.toContain('::');
    expect(stdout).toContain(':/usr/bin:/bin:');
  }
});
