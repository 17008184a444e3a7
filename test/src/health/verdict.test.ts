import {describe, expect, test} from 'vitest';
import type {Evidence} from '../../../src/health/evidence.ts';
import {judge} from '../../../src/health/judge.ts';
import {type Verdict, verdict} from '../../../src/health/verdict.ts';
import {unit} from '../units/fake-host.ts';
import {evidence, failed, health, host, looseScheduler, nowMs, seen, units, unseen} from './evidences.ts';

const said = (changes: Partial<Evidence>): Verdict => {
  const of = evidence(changes);
  return verdict(of, judge(of));
};

const without = (changes: Partial<Evidence>): Verdict => {
  const {airflow: _, access: __, importErrors: ___, workload: ____, ...rest} = evidence(changes);
  return verdict(rest, judge(rest));
};

const hosting = (...all: readonly Partial<ReturnType<typeof unit>>[]) => [host(seen(units(all.map(unit))))];

const scheduler = (says: 'healthy' | 'unhealthy' | 'never', heartbeatAgeMs?: number) =>
  seen(health({scheduler: {says, ...(heartbeatAgeMs === undefined ? {} : {heartbeatAgeMs})}}));

const killed = {state: 'failed', subState: 'failed', ended: {result: 'signal', signal: 9}, inStateMs: 252_000} as const;
const down = {airflow: failed('airflow.unreachable', health())} as const;

describe('nothing is being scheduled', () => {
  test('the scheduler is dead and its unit failed: says how, and the key', () => {
    expect(said({airflow: scheduler('unhealthy', 252_000), hosts: hosting(killed)})).toEqual({
      level: 'critical',
      sentence: 'Nothing is being scheduled: the scheduler last reported 4 min 12 s ago.',
      why: 'airflow-scheduler on af-1 is failed (killed, signal 9).',
      next: {key: 'R', does: 'restarts it'},
      subject: {host: 'af-1', unit: 'airflow-scheduler.service'},
    });
  });

  test('the unit failed a moment ago, and the heartbeat is still fresh', () => {
    const {level, sentence, next} = said({
      airflow: scheduler('healthy', 4_000),
      hosts: hosting({...killed, inStateMs: 2_000}),
    });
    expect([level, next?.key]).toEqual(['critical', 'R']);
    expect(sentence).toBe('Nothing is being scheduled: the scheduler last reported 4 s ago.');
  });

  test('the heartbeat is old although the status says healthy and the unit is active', () => {
    expect(said({airflow: scheduler('healthy', 400_000)})).toMatchObject({
      level: 'critical',
      sentence: 'Nothing is being scheduled: the scheduler last reported 6 min 40 s ago.',
      why: 'airflow-scheduler on af-1 is active all the same.',
      next: {key: 'R'},
    });
  });

  test('the age of the heartbeat grows while nobody asks, but that alone is no alarm', () => {
    const old = {...health({scheduler: {says: 'healthy', heartbeatAgeMs: 5_000}}), answeredAtMs: nowMs - 50_000};
    expect(said({airflow: seen(old)})).toMatchObject({
      level: 'ok',
      sentence: 'Airflow is scheduling. The scheduler reported 55 s ago.',
    });
  });

  test('a server that tells no age is believed when it calls the scheduler healthy', () => {
    expect(said({airflow: seen(health({scheduler: {says: 'healthy'}}))}).level).toBe('ok');
  });

  test('an answer from before a sleep of this machine proves nothing', () => {
    const old = {...health(), answeredAtMs: nowMs - 3_600_000};
    const {level, sentence} = said({airflow: seen(old)});
    expect(level).toBe('unknown');
    expect(sentence).not.toContain('scheduling');
  });

  test('the scheduler never reported', () => {
    expect(said({airflow: scheduler('never'), hosts: hosting({state: 'inactive'})})).toMatchObject({
      sentence: 'Nothing is being scheduled: the scheduler has never reported.',
      next: {key: 'U', does: 'starts it'},
    });
  });

  test('the database is down', () => {
    const {level, sentence} = said({airflow: seen(health({database: {says: 'unhealthy'}}))});
    expect(level).toBe('critical');
    expect(sentence).toBe('Nothing is being scheduled: Airflow does not reach its metadata database.');
  });

  test('the API is down and the unit of the scheduler failed', () => {
    expect(said({...down, hosts: hosting(killed)})).toMatchObject({
      level: 'critical',
      sentence: 'Nothing is being scheduled: airflow-scheduler on af-1 is failed (killed, signal 9).',
      next: {key: 'R'},
    });
  });

  test('both of two schedulers are down', () => {
    const hosts = [host(seen(units([unit(killed)]))), host(seen(units([unit({...killed, host: 'af-2'})])), 'af-2')];
    expect(said({airflow: scheduler('unhealthy', 252_000), hosts}).level).toBe('critical');
  });

  test('a scheduler that systemd starts over and over', () => {
    expect(
      said({
        airflow: scheduler('unhealthy', 60_000),
        hosts: hosting({state: 'activating', subState: 'auto-restart', ended: {result: 'exit-code', exitCode: 1}}),
      }).why,
    ).toBe('airflow-scheduler on af-1 is restarting over and over (exit 1).');
  });

  test('a scheduler that is starting is not to be restarted', () => {
    const {why, next} = said({
      airflow: scheduler('unhealthy', 60_000),
      hosts: hosting({state: 'activating', subState: 'start-pre'}),
    });
    expect(why).toBe('airflow-scheduler on af-1 is starting.');
    expect(next).toBeUndefined();
  });

  test('a dead scheduler that no unit runs: says which process it is', () => {
    const loose = said({airflow: scheduler('unhealthy', 60_000), hosts: [host(seen(units([], [looseScheduler])))]});
    expect(loose.why).toBe('Process 4711 on af-1 is the scheduler, and no unit runs it.');
    expect(loose.next).toBeUndefined();
    const silent = said({airflow: scheduler('unhealthy', 60_000), hosts: [host(failed('host.unreachable'))]});
    expect(silent.why).toBe('af-1 cannot be asked: the host does not answer.');
    expect(said({airflow: scheduler('unhealthy', 60_000), hosts: []}).why).toContain('names no host');
    const nowhere = said({airflow: scheduler('unhealthy', 60_000), hosts: [host(seen(units([])))]});
    const asked = said({airflow: scheduler('unhealthy', 60_000), hosts: [host(unseen)]});
    expect(asked.why).toBe('af-1 has not said yet what runs there.');
    expect(nowhere.why).toBe('No unit that runs it was found on the hosts of the profile.');
  });
});

describe('something is scheduled', () => {
  test('everything is fine', () => {
    expect(said({})).toEqual({level: 'ok', sentence: 'Airflow is scheduling. The scheduler reported 3 s ago.'});
  });

  test('one of two schedulers is dead', () => {
    const hosts = [host(seen(units([unit({})]))), host(seen(units([unit({...killed, host: 'af-2'})])), 'af-2')];
    const {level, sentence, subject} = said({hosts});
    expect(level).toBe('critical');
    expect(sentence).toBe(
      'Airflow is scheduling, but: airflow-scheduler on af-2 is failed for 4 min 12 s (killed, signal 9).',
    );
    expect(subject).toEqual({host: 'af-2', unit: 'airflow-scheduler.service'});
  });

  test('a cold standby does not run here, and the host where the scheduler runs cannot be asked', () => {
    const standby = unit({state: 'inactive', subState: 'dead', enabled: 'disabled', inStateMs: 7_200_000});
    const hosts = [host(seen(units([standby]))), host(failed('host.unreachable'), 'af-2')];
    const {level, sentence} = said({hosts});
    expect(level).toBe('unknown');
    expect(sentence).toContain('Airflow is scheduling, but: ');
    expect(sentence).toContain('af-2');
  });

  test('a scheduler was started by hand beside its stopped unit', () => {
    const stopped = unit({state: 'inactive', subState: 'dead', inStateMs: undefined});
    const {sentence} = said({hosts: [host(seen(units([stopped], [looseScheduler])))]});
    expect(sentence).toMatch(/^Airflow is scheduling, but: /);
  });

  test('a scheduler without a unit', () => {
    const {level, sentence} = said({hosts: [host(seen(units([], [looseScheduler])))]});
    expect(level).toBe('warning');
    expect(sentence).toContain('no unit runs the scheduler on af-1 (process 4711)');
  });

  test('the host is silent, the API is not', () => {
    const {level, sentence, why} = said({hosts: [host(failed('host.unreachable'))]});
    expect(level).toBe('unknown');
    expect(sentence).toMatch(/^Airflow is scheduling, but: the units of af-1 are not known: the host does not answer/);
    expect(why).toContain('windsock keeps trying');
  });

  test('the profile names no host', () => {
    expect(said({hosts: []}).level).toBe('ok');
  });
});

describe('nobody knows', () => {
  test('nothing was seen yet', () => {
    expect(said({airflow: unseen, hosts: [host(unseen)]})).toEqual({
      level: 'unknown',
      sentence: 'Asking Airflow and its hosts …',
    });
  });

  test('the units are fine, and Airflow has not answered yet', () => {
    const {access: _, importErrors: __, workload: ___, ...rest} = evidence({airflow: unseen});
    const {level, sentence} = verdict(rest, judge(rest));
    expect(level).toBe('unknown');
    expect(sentence).not.toContain('is scheduling');
  });

  test('the API is down and the scheduler is active', () => {
    const {level, sentence, why} = said(down);
    expect(level).toBe('critical');
    expect(sentence).toBe('The Airflow API does not answer (af-1:8080: nothing listens there).');
    expect(why).toContain('screen 1');
  });

  test('the API is down, the scheduler stopped here, and another host may run one', () => {
    const hosts = [host(seen(units([unit(killed)]))), host(failed('host.unreachable'), 'af-2')];
    expect(said({...down, hosts}).sentence).not.toContain('Nothing is being scheduled');
  });

  test('the API and the host are down', () => {
    const {level, sentence} = said({...down, hosts: [host(failed('host.unreachable'))]});
    expect(level).toBe('critical');
    expect(sentence).toContain('The Airflow API does not answer');
  });

  test('the profile names no API: the units tell what they can', () => {
    expect(without({}).level).toBe('note');
    expect(without({hosts: hosting(killed)})).toMatchObject({
      level: 'critical',
      sentence: 'Nothing is being scheduled: airflow-scheduler on af-1 is failed (killed, signal 9).',
    });
    expect(without({hosts: [host(failed('host.key-changed'))]}).level).toBe('unknown');
  });
});
