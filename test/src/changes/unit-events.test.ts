import {describe, expect, test} from 'vitest';
import type {JournalEvent} from '../../../src/changes/journal-events.ts';
import {unitChanges, unitMessages} from '../../../src/changes/unit-events.ts';

const startMs = Date.UTC(2026, 10, 24, 14, 0, 0);

type Step = readonly [what: keyof typeof unitMessages, afterS: number, extra?: Partial<JournalEvent>];

/** What systemd wrote of one unit, step by step. */
const story = (...steps: readonly Step[]): readonly string[] =>
  told('airflow-scheduler.service', steps).map(({atMs, kind, subject, says, detail}) =>
    [`${(atMs - startMs) / 1000} ${kind}: ${subject} ${says.one}`, ...(detail === undefined ? [] : [detail])].join(
      ' | ',
    ),
  );

const told = (unit: string, steps: readonly Step[]) =>
  unitChanges(
    'af-1',
    steps.map(([what, afterS, extra]) => ({
      atMs: startMs + afterS * 1000,
      id: unitMessages[what],
      unit,
      text: '',
      exit: undefined,
      result: '',
      tookMs: 0,
      ...extra,
    })),
  );

const killed = {exit: {code: 'killed', status: 9}};
const exit1 = {exit: {code: 'exited', status: 1}};

describe('what systemd wrote on the way becomes what happened', () => {
  test.each<readonly [string, readonly Step[], readonly string[]]>([
    ['a start', [['started', 0]], ['0 unit: airflow-scheduler was started']],
    [
      'a stop',
      [
        ['succeeded', 0],
        ['stopped', 0],
      ],
      ['0 unit: airflow-scheduler was stopped'],
    ],
    [
      'a restart',
      [
        ['exited', 0, {exit: {code: 'exited', status: 0}}],
        ['succeeded', 0],
        ['stopped', 0],
        ['started', 1],
      ],
      ['0 unit: airflow-scheduler was restarted'],
    ],
    [
      'a stop, and a start an hour later',
      [
        ['stopped', 0],
        ['started', 3_600],
      ],
      ['0 unit: airflow-scheduler was stopped', '3600 unit: airflow-scheduler was started'],
    ],
    [
      'a kill, and nobody starts it',
      [
        ['exited', 0, killed],
        ['failed', 1, {result: 'signal'}],
      ],
      ['0 failure: airflow-scheduler failed (killed, signal 9)'],
    ],
    [
      'a kill, and somebody starts it',
      [
        ['exited', 0, killed],
        ['failed', 1, {result: 'signal'}],
        ['started', 40],
      ],
      ['0 failure: airflow-scheduler failed (killed, signal 9)', '40 unit: airflow-scheduler was started'],
    ],
    [
      'a failure that systemd mends, as 250 and later say it',
      [
        ['exited', 0, exit1],
        ['failed', 0, {result: 'exit-code'}],
        ['restarting', 5],
        ['started', 6],
      ],
      ['0 failure: airflow-scheduler failed (exit 1), and systemd started it again | started it again 6 s later'],
    ],
    [
      'the same, as systemd says it before 250',
      [
        ['exited', 0, exit1],
        ['failed', 0, {result: 'exit-code'}],
        ['restarting', 5],
        ['stopped', 5],
        ['started', 6],
      ],
      ['0 failure: airflow-scheduler failed (exit 1), and systemd started it again | started it again 6 s later'],
    ],
    [
      'a memory limit',
      [
        ['outOfMemory', 0],
        ['exited', 0, killed],
        ['failed', 0, {result: 'oom-kill'}],
      ],
      [
        '0 memory: airflow-scheduler lost a process: the kernel killed it for lack of memory',
        '0 failure: airflow-scheduler failed (killed: out of memory)',
      ],
    ],
    [
      'memory pressure',
      [['pressure', 0]],
      ['0 memory: airflow-scheduler lost processes: systemd-oomd killed them for lack of memory'],
    ],
    [
      'a start that fails',
      [
        ['exited', 0, exit1],
        ['failed', 0, {result: 'exit-code'}],
        ['notStarted', 0],
      ],
      ['0 failure: airflow-scheduler could not be started (exit 1)'],
    ],
    ['a start that is refused', [['notStarted', 0]], ['0 failure: airflow-scheduler could not be started']],
    [
      'an end without a failure, and nobody stopped it',
      [
        ['exited', 0, {exit: {code: 'exited', status: 0}}],
        ['succeeded', 0],
      ],
      ['0 unit: airflow-scheduler ended by itself, without a failure'],
    ],
    [
      'the same with Restart=always',
      [
        ['succeeded', 0],
        ['restarting', 5],
        ['started', 5],
      ],
      ['0 unit: airflow-scheduler ended by itself, and systemd started it again'],
    ],
    [
      'a unit that runs once',
      [
        ['succeeded', 5],
        ['started', 5],
      ],
      [],
    ],
    [
      'a failure whose reason is older than what was asked for',
      [['failed', 0, {result: 'timeout'}]],
      ['0 failure: airflow-scheduler failed (timeout: the time limit of its stop or start was over)'],
    ],
    ['an exit that led to nothing', [['exited', 0, killed]], []],
    ['nothing', [], []],
  ])('%s', (_, steps, expected) => {
    expect(story(...steps)).toEqual(expected);
  });
});

test('two units at once are told apart', () => {
  const both = [
    ...['airflow-scheduler.service', 'airflow-triggerer.service'].map(unit => ({
      unit,
      id: unitMessages.stopped,
      atMs: startMs,
    })),
    ...['airflow-scheduler.service', 'airflow-triggerer.service'].map(unit => ({
      unit,
      id: unitMessages.started,
      atMs: startMs + 9,
    })),
  ].map(event => ({text: '', exit: undefined, result: '', tookMs: 0, ...event}));
  expect(unitChanges('af-1', both).map(({subject, says}) => `${subject} ${says.one}`)).toEqual([
    'airflow-scheduler was restarted',
    'airflow-triggerer was restarted',
  ]);
});
