import {beforeEach, describe, expect, test} from 'vitest';
import {Problem} from '../../../src/problems/problem.ts';
import {restartUnits, startUnits, stopUnits} from '../../../src/units/operations.ts';
import {planOf, Scene, shownSteps, walk} from './fake-airflow.ts';

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
});

describe('what cannot be done', () => {
  test.each([
    ['start', {}, 'airflow-scheduler on af-1 is active already.'],
    ['stop', {state: 'failed', sub: 'failed', pid: 0}, 'airflow-scheduler on af-1 does not run: it is failed.'],
    [
      'restart',
      {load: 'masked', state: 'inactive', pid: 0},
      'airflow-scheduler on af-1 is masked, so systemd does not start it: systemctl unmask airflow-scheduler.service allows it again.',
    ],
  ] as const)('%s is blocked with the reason', async (verb, state, reason) => {
    scene.host.add(scene.scheduler.name, state);
    const operations = {start: startUnits, stop: stopUnits, restart: restartUnits};
    const planned = await planOf(operations[verb](scene.context, [scene.scheduler]));
    expect(planned.blocked).toMatchObject({code: 'operation.refused', detail: reason});
    expect(planned.steps).toEqual([]);
  });

  test('is left out of a plan that can do the rest', async () => {
    scene.host.add(scene.triggerer.name, {state: 'inactive', sub: 'dead', pid: 0});
    const planned = await planOf(stopUnits(scene.context, [scene.scheduler, scene.triggerer]));
    expect(planned.blocked).toBeUndefined();
    expect(planned.steps).toHaveLength(2);
    expect(planned.warnings).toContain('airflow-triggerer on af-1 does not run: it is inactive.');
  });
});

describe('rights', () => {
  test('sudo is asked for the name with and without .service, and the one that it allows is used', async () => {
    scene.host.allowed = new Set(['restart airflow-scheduler']);
    const {report} = await walk(restartUnits(scene.context, [scene.scheduler]));
    expect(report.outcome).toBe('done');
    expect(scene.host.ran).toEqual(['restart airflow-scheduler']);
  });

  test.each([
    ['sudo: a password is required', 'host.sudo-password'],
    ['', 'host.not-permitted'],
  ])('without them the plan is blocked and shows the lines for sudoers (%s)', async (said, code) => {
    scene.host.allowed = new Set();
    scene.host.sudoSays = said;
    const planned = await planOf(restartUnits(scene.context, [scene.scheduler]));
    expect(planned.blocked).toMatchObject({code, detail: 'ops on af-1: systemctl restart airflow-scheduler.service'});
    expect(planned.blocked?.lines).toContain(
      'ops ALL=(root) NOPASSWD: /usr/bin/systemctl restart airflow-scheduler.service',
    );
    expect(planned.steps).toHaveLength(3);
  });

  test('with the password of sudo they are there', async () => {
    scene.host.allowed = new Set();
    scene.host.sudoSays = 'sudo: a password is required';
    scene.host.allowedByPassword = new Set(['restart airflow-scheduler']);
    const {report} = await walk(restartUnits(scene.context, [scene.scheduler]));
    expect(report.outcome).toBe('done');
    expect(scene.host.ran).toEqual(['restart airflow-scheduler']);
  });

  test('root needs none', async () => {
    scene.host.login = 'root';
    scene.host.allowed = new Set();
    const planned = await planOf(restartUnits(scene.context, [scene.scheduler]));
    expect(planned.blocked).toBeUndefined();
    expect(shownSteps(planned)[0]).toBe('systemctl restart airflow-scheduler.service');
  });

  test('that sudo refuses at the last moment change nothing, and the lines come with the problem', async () => {
    scene.host.on = () => {
      throw new Problem('host.sudo-password', 'sudo: a password is required');
    };
    const {report, outcomes} = await walk(restartUnits(scene.context, [scene.scheduler]));
    expect(outcomes).toEqual(['failed', 'not-done', 'not-done']);
    expect(report.results[0]?.problem).toMatchObject({code: 'host.sudo-password'});
    expect(report.results[0]?.problem?.detail).toContain('nothing was changed');
    expect(report.results[0]?.problem?.lines.length).toBe(10);
  });

  test('that polkit refuses (exit 4) are told the same way', async () => {
    scene.host.login = 'root';
    scene.host.on = () => ({code: 4, signal: undefined, stdout: '', stderr: 'Failed to restart x: Access denied\n'});
    const {report} = await walk(restartUnits(scene.context, [scene.scheduler]));
    expect(report.results[0]?.problem).toMatchObject({code: 'host.not-permitted'});
  });
});
