import {expect, test} from 'vitest';
import type {Agent} from '../../../src/host/agent.ts';
import {readVolumes, watchedFolders} from '../../../src/logs/volumes.ts';

const installation = {
  airflowHome: '/opt/airflow',
  logFolder: '/var/log/airflow',
  otherLogFolders: ['/opt/airflow/logs/scheduler'],
  dagsFolder: '/opt/airflow/dags',
  databaseFile: '/opt/airflow/airflow.db',
  environments: [],
};

test('the folders that Airflow writes to are watched, and the one that the profile names', () => {
  expect(watchedFolders(installation, {data: '/data'})).toEqual([
    {path: '/var/log/airflow', role: 'logs'},
    {path: '/opt/airflow/logs/scheduler', role: 'logs'},
    {path: '/opt/airflow/dags', role: 'DAGs'},
    {path: '/opt/airflow', role: 'database'},
    {path: '/opt/airflow', role: 'AIRFLOW_HOME'},
    {path: '/data', role: 'data'},
    {path: '/var/log/journal', role: 'journal'},
    {path: '/tmp', role: 'temporary files'},
  ]);
  const {databaseFile, ...rest} = installation;
  expect(databaseFile).toBeDefined();
  expect(watchedFolders({...rest, databaseFile: undefined, dagsFolder: 'relative'}, {}).map(each => each.role)).toEqual(
    ['logs', 'logs', 'AIRFLOW_HOME', 'journal', 'temporary files'],
  );
});

test('a file system is one volume, with all that is on it', async () => {
  const amounts = {totalBytes: 100, freeBytes: 40, availableBytes: 30, totalInodes: 10, freeInodes: 5};
  const asked: string[][] = [];
  const agent: Pick<Agent, 'volumes'> = {
    volumes: async paths => {
      asked.push([...paths]);
      return paths.map(path => {
        const isLog = path.startsWith('/var/log');
        return {
          path,
          measuredPath: path,
          device: isLog ? '2' : '1',
          mountPoint: isLog ? '/var/log/airflow' : '/',
          ...amounts,
        };
      });
    },
  };
  const volumes = await readVolumes('af-1', agent, watchedFolders(installation, {}));
  expect(asked).toEqual([
    [
      '/var/log/airflow',
      '/opt/airflow/logs/scheduler',
      '/opt/airflow/dags',
      '/opt/airflow',
      '/var/log/journal',
      '/tmp',
    ],
  ]);
  expect(volumes.map(({mountPoint, roles}) => [mountPoint, roles])).toEqual([
    ['/var/log/airflow', ['logs', 'journal']],
    ['/', ['logs', 'DAGs', 'database', 'AIRFLOW_HOME', 'temporary files']],
  ]);
  expect(volumes[0]).toEqual({
    host: 'af-1',
    mountPoint: '/var/log/airflow',
    device: '2',
    roles: ['logs', 'journal'],
    folders: [
      {path: '/var/log/airflow', role: 'logs'},
      {path: '/var/log/journal', role: 'journal'},
    ],
    totalBytes: 100,
    usedBytes: 60,
    freeBytes: 30,
    totalInodes: 10,
    freeInodes: 5,
    reservedBytes: 10,
  });
});
