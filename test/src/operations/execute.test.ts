import {expect, test} from 'vitest';
import {execute} from '../../../src/operations/execute.ts';
import type {Operation, Plan, Step} from '../../../src/operations/operation.ts';
import {Problem} from '../../../src/problems/problem.ts';

const plan = (steps: readonly Step[]): Plan => ({
  title: 'Change things',
  steps,
  warnings: [],
  verb: 'change',
  confirm: {by: 'key'},
  alternatives: [],
  touches: [],
});

const recorded = (log: string[], text: string): Step => ({
  text,
  run: async () => {
    log.push(text);
    return undefined;
  },
});

const failing = (text: string): Step => ({
  text,
  run: async () => {
    throw new Problem('operation.refused', 'no');
  },
});

test('the steps of the preview are walked in order', async () => {
  const log: string[] = [];
  const report = await execute('x', plan([recorded(log, 'a'), recorded(log, 'b')]), new AbortController().signal);
  expect(log).toEqual(['a', 'b']);
  expect(report.outcome).toBe('done');
});

test('the first failure stops, and the report lists done, failed and not done', async () => {
  const log: string[] = [];
  const steps = [recorded(log, 'a'), failing('b'), recorded(log, 'c')];
  const report = await execute('x', plan(steps), new AbortController().signal);
  expect(log).toEqual(['a']);
  expect(report.outcome).toBe('failed');
  expect(report.results.map(({text, outcome}) => [text, outcome])).toEqual([
    ['a', 'done'],
    ['b', 'failed'],
    ['c', 'not-done'],
  ]);
});

test('what was done, and only that, is handed to the undo of the plan', async () => {
  const log: string[] = [];
  const steps = [recorded(log, 'a'), recorded(log, 'b'), failing('c'), recorded(log, 'd')];
  const undo = (done: readonly Step[]): Operation => ({
    id: 'x.undo',
    title: `Take back ${done.map(({text}) => text).join(', ')}`,
    plan: async () => plan([recorded(log, 'back')]),
  });
  const report = await execute('x', {...plan(steps), undo}, new AbortController().signal);
  expect(report.undo?.title).toBe('Take back a, b');
});

test('where nothing was done there is nothing to take back', async () => {
  const undo = () => ({id: 'x.undo', title: 'Back', plan: async () => plan([])});
  const report = await execute('x', {...plan([failing('a')]), undo}, new AbortController().signal);
  expect(report.undo).toBeUndefined();
});

test('what cannot be undone offers no undo', async () => {
  const report = await execute('x', plan([recorded([], 'a')]), new AbortController().signal);
  expect(report.undo).toBeUndefined();
});

test('a cancelled operation does not begin its next step', async () => {
  const abort = new AbortController();
  const log: string[] = [];
  const cancelling: Step = {
    text: 'a',
    run: async () => {
      abort.abort();
      return undefined;
    },
  };
  const report = await execute('x', plan([cancelling, recorded(log, 'b')]), abort.signal);
  expect(log).toEqual([]);
  expect(report.outcome).toBe('cancelled');
});

test('a failure that is no problem is a bug and is thrown on', async () => {
  const bug: Step = {
    text: 'a',
    run: async () => {
      throw new TypeError('a bug');
    },
  };
  await expect(execute('x', plan([bug]), new AbortController().signal)).rejects.toThrow(TypeError);
});

test('a failure in a group leaves out the rest of the group, and what comes in no group', async () => {
  const log: string[] = [];
  const of = (group: string, step: Step): Step => ({...step, group});
  const steps = [
    ...[of('a', failing('a1')), of('a', recorded(log, 'a2')), of('b', recorded(log, 'b1'))],
    recorded(log, 'end'),
  ];
  const report = await execute('x', plan(steps), new AbortController().signal);
  expect(log).toEqual(['b1']);
  expect(report.outcome).toBe('failed');
  expect(report.results.map(({outcome}) => outcome)).toEqual(['failed', 'not-done', 'done', 'not-done']);
});
