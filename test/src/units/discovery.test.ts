import {expect, test} from 'vitest';
import type {Component} from '../../../src/airflow/component.ts';
import {discover} from '../../../src/units/discovery.ts';
import {parseProcesses} from '../../../src/units/processes.ts';
import {parseShow} from '../../../src/units/show.ts';
import {ps} from './fake-host.ts';

const shown = (id: string, argv: string, load = 'loaded') =>
  `Id=${id}\nLoadState=${load}\nExecStart={ path=${argv.split(' ')[0]} ; argv[]=${argv} ; ignore_errors=no ; pid=0 }`;

type Seen = {scripts?: string; processes?: [number, number, string, string][]; before?: [string, Component][]};

function found(units: readonly string[], {scripts = '', processes = [], before = []}: Seen = {}) {
  const text = processes.map(([pid, parent, title]) => ps(pid, parent, title)).join('\n');
  const cgroups = processes.map(([pid, , , unit]) => `/proc/${pid}/cgroup:1:name=systemd:/system.slice/${unit}`);
  const result = discover(
    parseShow(units.join('\n\n')),
    parseProcesses(text, cgroups.join('\n')),
    scripts,
    new Map(before),
  );
  return Object.fromEntries(result);
}

const airflow = (component: string) => `/usr/bin/python /opt/airflow/bin/airflow ${component}`;

test('a unit is found by its command, whatever its name; another one is not, whatever its name', () => {
  expect(
    found([
      shown('team-blue.service', '/opt/airflow/bin/airflow scheduler'),
      shown('airflow-worker@q1.service', '/bin/bash -c source /v/activate && airflow celery worker'),
      shown('airflow-backup.service', '/usr/local/bin/backup'),
      shown('airflow-cleanup.service', '/opt/airflow/bin/airflow db clean --yes'),
    ]),
  ).toEqual({'team-blue.service': 'scheduler', 'airflow-worker@q1.service': 'worker'});
});

test('a unit that comes twice (an alias) counts once', () => {
  const unit = shown('af.service', '/opt/airflow/bin/airflow scheduler');
  expect(found([unit, unit])).toEqual({'af.service': 'scheduler'});
});

test('a wrapper script gives its unit away, running or not', () => {
  expect(found([shown('af.service', '/opt/run.sh')], {scripts: '/opt/run.sh:exec airflow triggerer'})).toEqual({
    'af.service': 'triggerer',
  });
});

test('the processes of a unit give it away', () => {
  const processes: Seen['processes'] = [
    [10, 1, '/bin/sh /opt/run.sh', 'af.service'],
    [11, 10, airflow('triggerer'), 'af.service'],
    [12, 11, airflow('triggerer'), 'af.service'],
  ];
  expect(found([shown('af.service', '/opt/run.sh')], {processes})).toEqual({'af.service': 'triggerer'});
});

test('a unit of several components is all in one', () => {
  const processes: Seen['processes'] = [
    [11, 1, airflow('webserver'), 'af.service'],
    [12, 1, airflow('scheduler'), 'af.service'],
  ];
  expect(found([shown('af.service', '/opt/run.sh')], {processes})).toEqual({'af.service': 'standalone'});
});

test('cron, sshd, supervisord and container engines do not become units of Airflow by what they run', () => {
  const programs = ['/usr/sbin/cron', '/usr/sbin/sshd', '/usr/bin/supervisord', '/usr/bin/dockerd'];
  for (const program of programs) {
    const processes: Seen['processes'] = [[11, 1, airflow('scheduler'), 'x.service']];
    expect(found([shown('x.service', program)], {processes})).toEqual({});
  }
});

test('what was found by its processes stays found when they ended, until its file is gone', () => {
  const before: Seen['before'] = [['af.service', 'triggerer']];
  expect(found([shown('af.service', '/opt/run.sh')], {before})).toEqual({'af.service': 'triggerer'});
  expect(found([shown('af.service', '', 'not-found')], {before})).toEqual({});
});

test('only a masked unit is believed by its name', () => {
  expect(
    found([
      'Id=airflow-scheduler.service\nLoadState=masked',
      'Id=airflow-worker.service\nLoadState=masked',
      'Id=airflow-notes.service\nLoadState=masked',
      'Id=airflow-webserver.service\nLoadState=loaded',
    ]),
  ).toEqual({'airflow-scheduler.service': 'scheduler', 'airflow-worker.service': 'worker'});
});

test.each([
  '--no-block.service',
  '--no-block',
  'airflow-*.service',
  'a b.service',
  'a\u0000.service',
  'a\u001B[2J.service',
  'a.timer',
])('what systemctl would not take for one unit is none: %j', name => {
  expect(found([shown(name, '/opt/airflow/bin/airflow scheduler')], {before: [[name, 'scheduler']]})).toEqual({});
});

test('a name with escapes of systemd is one', () => {
  const name = String.raw`airflow-worker@q\x2d1.service`;
  expect(found([shown(name, '/opt/airflow/bin/airflow celery worker')])).toEqual({[name]: 'worker'});
});
