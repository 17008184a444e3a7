import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {Check} from '../../../src/health/check.ts';
import {checks} from '../../../src/health/checks/index.ts';
import type {Evidence, HostEvidence} from '../../../src/health/evidence.ts';
import type {Finding, Level} from '../../../src/health/finding.ts';
import {judge} from '../../../src/health/judge.ts';
import {verdict} from '../../../src/health/verdict.ts';
import {unit} from '../units/fake-host.ts';
import {
  anyEvidence,
  evidence,
  facts,
  failed,
  health,
  host,
  looseScheduler,
  nowMs,
  seen,
  units,
  volume,
} from './evidences.ts';

const runs = {numRuns: 4000, seed: 20261122};

const needsHint: ReadonlySet<Level> = new Set(['critical', 'warning', 'unknown']);

/** Findings that leave the administrator alone: something is wrong, and nothing says what to do. */
const withoutHint = (asked: readonly Check[], of: Evidence): readonly string[] =>
  judge(of, asked)
    .filter(({level, hint}) => needsHint.has(level) && !(hint !== undefined && /^.{10,}[.!?…]$/u.test(hint)))
    .map(({check, text}) => `${check}: ${text}`);

const planted: Check = {
  id: 'planted',
  question: 'Is a check without a hint noticed?',
  judge: of =>
    of.airflow?.problem === undefined ? [] : [{about: 'x', level: 'warning', text: 'It is not well.', evidence: []}],
};

test('whatever is seen, what is wrong says what to do', () => {
  fc.assert(
    fc.property(anyEvidence, of => {
      expect(withoutHint(checks, of)).toEqual([]);
    }),
    runs,
  );
});

test('a check without a hint is noticed', () => {
  const noticed = fc.check(
    fc.property(anyEvidence, of => withoutHint([...checks, planted], of).length === 0),
    runs,
  );
  expect(noticed.failed).toBe(true);
  expect(withoutHint([...checks, planted], evidence({airflow: failed('airflow.timeout')}))).toEqual([
    'planted: It is not well.',
  ]);
});

test('the evidences make every check find something wrong, and something well', () => {
  const found = new Map<string, Set<Level>>();
  for (const of of fc.sample(anyEvidence, runs)) {
    for (const {check, level} of judge(of)) found.set(check, (found.get(check) ?? new Set()).add(level));
  }
  for (const {id} of checks) {
    const levels = found.get(id) ?? new Set<Level>();
    expect(
      [...levels].some(level => needsHint.has(level)),
      `${id}: ${[...levels]}`,
    ).toBe(true);
    expect(levels.has('ok'), id).toBe(true);
  }
});

test.each(checks)('the check $id asks a question, under a name of its own', ({id, question}) => {
  expect(question).toMatch(/^[A-Z].*\?$/);
  expect(checks.filter(other => other.id === id)).toHaveLength(1);
});

test('no text has a hole, a control character or an age in bare seconds', () => {
  fc.assert(
    fc.property(anyEvidence, of => {
      const findings = judge(of);
      const {sentence, why = '', next} = verdict(of, findings);
      for (const text of [
        ...findings.flatMap(({text: what, hint = ''}) => [what, hint]),
        sentence,
        why,
        next?.does ?? '',
      ]) {
        expect(text).not.toMatch(/undefined|NaN|Infinity|\[object|\(\)|\p{Cc}|\p{Bidi_Control}/u);
        expect(text).not.toMatch(/\b[6-9]\d s\b|\b\d{3,} (s|min|h)\b/);
      }
      expect(sentence).not.toBe('');
    }),
    runs,
  );
});

test('findings come worst first', () => {
  fc.assert(
    fc.property(anyEvidence, of => {
      const findings = judge(of);
      const order = ['critical', 'warning', 'unknown', 'note', 'ok'];
      expect(findings.map(({level}) => order.indexOf(level))).toEqual(
        findings.map(({level}) => order.indexOf(level)).toSorted((a, b) => a - b),
      );
    }),
    runs,
  );
});

describe('single checks', () => {
  const worst = (of: Evidence, check: string): Finding | undefined =>
    judge(of).find(finding => finding.check === check);

  test('the one that is down of two schedulers is the one to restart', () => {
    const pair = [unit({}), unit({name: 'airflow-scheduler-2.service', state: 'failed'})];
    const late = health({scheduler: {says: 'unhealthy', heartbeatAgeMs: 252_000}});
    const of = evidence({airflow: seen(late), hosts: [host(seen(units(pair)))]});
    expect(worst(of, 'scheduler')).toMatchObject({
      level: 'critical',
      text: 'The scheduler last reported 4 min 12 s ago.',
      cure: {unit: 'airflow-scheduler-2.service'},
    });
  });

  test('an API that does not answer is found once, and not again in each thing that it was asked for', () => {
    const silent = failed<never>('airflow.timeout');
    const asked = {workload: silent, importErrors: silent, pools: silent, jobs: silent, dagCount: silent} as const;
    const unknown = (of: Evidence) => judge(of).flatMap(({check, level}) => (level === 'unknown' ? [check] : []));
    expect(unknown(evidence({airflow: failed('airflow.timeout'), ...asked}))).toEqual([]);
    expect(unknown(evidence({airflow: seen(health()), ...asked}))).toEqual([
      'scheduling',
      'pools',
      'dag-count',
      'jobs',
      'import-errors',
    ]);
  });

  test('without a database that is all that is found: Airflow knows nothing else, and admits nobody', () => {
    const none = {says: 'never'} as const;
    const dead = health({database: {says: 'unhealthy'}, scheduler: none, triggerer: none, dagProcessor: none});
    const refused = failed<never>('airflow.unauthorised');
    const of = evidence({
      airflow: seen(dead),
      workload: refused,
      importErrors: refused,
      pools: failed('airflow.failed'),
    });
    expect(judge(of).flatMap(({check, level}) => (level === 'ok' ? [] : [check]))).toEqual(['database']);
  });

  test('where everybody is an administrator, that is why the API is open', () => {
    const open = {airflow: seen(health()), access: seen('open' as const)};
    const found = (of: Evidence) => judge(of).filter(({check, level}) => check === 'authentication' && level !== 'ok');
    expect(found(evidence({...open, pageAccess: seen('all-admins' as const)}))).toMatchObject([{about: 'pages'}]);
    expect(found(evidence({...open, pageAccess: seen('refused' as const)}))).toMatchObject([{about: 'api'}]);
  });

  test('a process without a unit is named, with the reason why R does not restart it', () => {
    const of = evidence({hosts: [host(seen(units([], [looseScheduler])))]});
    expect(worst(of, 'units')).toMatchObject({level: 'warning', text: expect.stringContaining('process 4711')});
  });

  test('a full disk says of what it is full', () => {
    const at = (used: number, inodes: number) =>
      worst(
        evidence({
          hosts: [host(seen(units([unit({})])), 'af-1', {facts: seen(facts({volumes: [volume(used, inodes)]}))})],
        }),
        'volumes',
      );
    expect(at(0.97, 0.2)).toMatchObject({level: 'critical', text: expect.stringContaining('97 % of its space')});
    expect(at(0.5, 0.9)).toMatchObject({level: 'warning', text: expect.stringContaining('90 % of its inodes')});
    expect(at(0.5, 0.2)).toMatchObject({level: 'ok'});
    expect(at(0, 0)).toMatchObject({level: 'ok'});
  });

  test('a clean-up that was cut off says how far it came, until it is dismissed', () => {
    const cut = {
      ...{id: '1', path: '/state/plans/1.result.jsonl', host: 'af-1', root: '/logs', atMs: nowMs - 7_200_000},
      ...{files: 60_000, deleted: 12_345, freedBytes: 2.3e9, unsure: 500, into: undefined},
    };
    expect(worst(evidence({cutOffs: seen([cut])}), 'clean-ups')).toMatchObject({
      level: 'warning',
      text: 'The clean-up of /logs on af-1, 2 h ago, was cut off: 12,345 of 60,000 files were deleted; of the 500 sent last it is not known.',
      cutOff: {host: 'af-1', folder: '/logs', id: '1'},
    });
    expect(worst(evidence({cutOffs: seen([])}), 'clean-ups')).toMatchObject({level: 'ok'});
  });

  test('a disk that will soon be full is told before it is, by the pace of a day or more', () => {
    const dayMs = 86_400_000;
    const growing = (bytesPerDay: number, overMs: number, used = 0.7) =>
      worst(
        evidence({
          hosts: [
            host(seen(units([unit({})])), 'af-1', {
              facts: seen(
                facts({
                  volumes: [{...volume(used), growth: {bytesPerDay, inodesPerDay: 0, overMs, from: 'samples'}}],
                }),
              ),
            }),
          ],
        }),
        'volumes',
      );
    expect(growing(125, 2 * dayMs)).toMatchObject({
      level: 'warning',
      text: expect.stringContaining('70 % of its space; at this pace it is full in 2 days.'),
    });
    expect(growing(125, dayMs / 4)).toMatchObject({level: 'ok'});
    expect(growing(20, 2 * dayMs)).toMatchObject({level: 'ok'});
    expect(growing(15, dayMs / 4, 0.97)?.text).toContain('full in 2 days');
  });

  test('an import error without a traceback has no empty brackets', () => {
    const items = [{id: 1, file: '/dags/broken.py', atMs: nowMs, trace: ''}];
    expect(worst(evidence({importErrors: seen({items, total: 1})}), 'import-errors')?.text).toBe(
      '1 DAG file cannot be imported: broken.py.',
    );
  });

  test('clocks that are apart are told by who is ahead of whom, but not where it may be the way of the answer', () => {
    const ahead = (name: string, ms: number) =>
      host(seen({...units([]), host: name, clockAhead: {atLeastMs: ms - 500, atMostMs: ms + 500}}), name);
    const at = (apiMs: number, ...hosts: readonly HostEvidence[]) =>
      worst(evidence({airflow: seen(health({clockAheadMs: apiMs, tookMs: 100})), hosts}), 'clocks');
    expect(at(0, ahead('af-1', 0), ahead('af-2', 0))).toMatchObject({level: 'ok'});
    expect(at(0, ahead('af-1', 11_000))).toMatchObject({level: 'ok'});
    expect(at(0, ahead('af-1', 0), ahead('af-2', -75_000))).toMatchObject({
      level: 'warning',
      text: expect.stringMatching(/^The clock of (af-1|the API) is 1 min 1[34] s ahead of that of af-2: /),
    });
    expect(at(-75_000, ahead('af-1', 0))?.text).toMatch(/^The clock of af-1 is 1 min 1[34] s ahead of that of the API/);
    // Then it is this machine that is wrong, and it asks by the servers' clocks.
    expect(at(75_000, ahead('af-1', 75_000))).toMatchObject({
      level: 'note',
      text: expect.stringMatching(/^The clock of this machine is 1 min 1[345] s behind; /),
    });
  });

  test('an executor whose slots are all in use is told, with what waits for it', () => {
    const busy = (running: number, queued: number) => seen({running, queued, deferred: 0, failedRuns: 0});
    const two = [unit({}), unit({name: 'airflow-scheduler-2.service'})];
    const at = (workload: ReturnType<typeof busy>) =>
      worst(evidence({workload, pools: seen({items: [], total: 0}), hosts: [host(seen(units(two)))]}), 'pools');
    expect(at(busy(63, 5))).toMatchObject({level: 'ok'});
    expect(at(busy(64, 0))).toMatchObject({level: 'ok'});
    expect(at(busy(64, 1))).toMatchObject({
      level: 'note',
      text: 'The executor is full: 64 tasks run, parallelism is 64, and 1 task waits.',
    });
  });

  test('one task is told as one', () => {
    const waiting = {dagId: 'etl', runId: 'r', taskId: 'load', state: 'queued' as const, tryNumber: 0};
    const at = (agoMs: number) =>
      worst(
        evidence({
          workload: seen({
            running: 1,
            queued: 1,
            deferred: 0,
            failedRuns: 0,
            oldestQueued: {...waiting, queuedAtMs: nowMs - agoMs},
          }),
        }),
        'scheduling',
      )?.text;
    expect(at(1000)).toBe('1 task waits, none for long.');
    expect(at(720_000)).toBe('etl.load has been queued for 12 min while 1 task runs.');
  });
});
