import {describe, expect, test} from 'vitest';
import {readUnits} from '../../../src/units/state.ts';
import {FakeHost, ps} from './fake-host.ts';

describe('a component that no unit runs', () => {
  const airflow = '/usr/bin/python /opt/airflow/bin/airflow';
  test.each([
    [
      'by hand',
      '/user.slice/user-1000.slice/session-3.scope',
      '-bash',
      'scheduler',
      /^It was started by hand or with -D/,
    ],
    ['by cron', '/system.slice/cron.service', '/usr/sbin/CRON -f', 'scheduler', /^It was started by hand or with -D/],
    [
      'standalone',
      '/user.slice/user-1000.slice/session-3.scope',
      '-bash',
      'standalone',
      /^airflow standalone runs all/,
    ],
    ['docker', '/system.slice/docker-0a1b2c3d4e5f.scope', 'tini', 'scheduler', /^It runs in a container/],
    ['docker, cgroup v1', '/docker/0a1b2c3d4e5f', 'tini', 'scheduler', /^It runs in a container/],
    [
      'kubernetes',
      '/kubepods.slice/kubepods-pod1.slice/cri-containerd-1.scope',
      'sh',
      'scheduler',
      /^It runs in a container/,
    ],
    [
      'supervisord',
      '/system.slice/supervisor.service',
      '/usr/bin/python3 /usr/bin/supervisord -n',
      'scheduler',
      /^supervisord runs it/,
    ],
    [
      'a user',
      '/user.slice/user-1000.slice/user@1000.service/app.slice/af.service',
      'systemd --user',
      'scheduler',
      /^It is af\.service of the own systemd of airflow/,
    ],
    [
      'another unit',
      '/system.slice/jenkins.service',
      'java -jar x.war',
      'scheduler',
      /^It runs inside jenkins\.service/,
    ],
  ])('%s', async (_how, cgroup, parent, component, why) => {
    const host = new FakeHost();
    host.add('supervisor.service', {command: '/usr/bin/supervisord -n', pid: 0, state: 'inactive'});
    host.add('cron.service', {command: '/usr/sbin/cron -f', pid: 0, state: 'inactive'});
    host.add('jenkins.service', {command: '/usr/bin/java -jar x.war', pid: 0, state: 'inactive'});
    host.processes = [
      ps(700, 1, parent),
      ps(701, 700, `${airflow} ${component}`),
      ps(702, 701, 'airflow scheduler -- DagFileProcessorManager'),
    ];
    host.cgroups = [700, 701, 702].map(pid => `/proc/${pid}/cgroup:0::${cgroup}`);
    const {units, loose, orphans} = await readUnits(host);
    expect(units).toEqual([]);
    expect(loose).toEqual([
      {
        host: 'af-1',
        component,
        pid: 701,
        user: 'airflow',
        memoryBytes: 200 * 1024 * 1024,
        why: expect.stringMatching(why),
      },
    ]);
    expect(orphans).toEqual([]);
  });

  test('what a killed one left behind is no component', async () => {
    const host = new FakeHost();
    host.processes = [
      ps(702, 1, 'airflow scheduler -- DagFileProcessorManager'),
      ps(703, 1, 'airflow worker -- LocalExecutor: <idle>'),
      ps(704, 1, 'gunicorn: master [gunicorn]'),
    ];
    host.cgroups = [702, 703, 704].map(pid => `/proc/${pid}/cgroup:0::/user.slice/user-1000.slice/session-3.scope`);
    const {loose, orphans} = await readUnits(host);
    expect(loose).toEqual([]);
    expect(orphans?.map(({pid, title}) => [pid, title])).toEqual([
      [702, 'airflow scheduler -- DagFileProcessorManager'],
      [703, 'airflow worker -- LocalExecutor: <idle>'],
    ]);
  });
});
