import {expect, test} from 'vitest';
import type {Operation, Plan} from '../../../src/operations/operation.ts';
import {Runner} from '../../../src/operations/runner.ts';
import {Problem} from '../../../src/problems/problem.ts';

type Asked = {readonly operation: Operation; readonly ran: () => number};

function operation(change: Partial<Plan> = {}): Asked {
  let runs = 0;
  const step = {
    text: 'do it',
    run: async () => {
      runs += 1;
      return undefined;
    },
  };
  const plan: Plan = {
    title: 'Do it',
    steps: [step],
    warnings: [],
    verb: 'do it',
    confirm: {by: 'key'},
    alternatives: [],
    touches: ['units'],
    ...change,
  };
  return {operation: {id: 'x', title: 'Do it', plan: async () => plan}, ran: () => runs};
}

function runner(readOnly = false): Runner & {touched: string[]} {
  const touched: string[] = [];
  const made = new Runner({
    readOnly,
    onTouched: names => touched.push(...names),
    onBug: error => {
      throw error;
    },
  });
  return Object.assign(made, {touched});
}

const show = (made: Runner) => {
  const stage = made.stage.getState();
  if (stage.at === 'confirming') made.shown(stage.plan);
};

test('nothing is done before the preview was on the screen', async () => {
  const made = runner();
  const {operation: asked, ran} = operation();
  await made.propose(asked);
  await made.confirm();
  expect(ran()).toBe(0);
  show(made);
  await made.confirm();
  expect(ran()).toBe(1);
  expect(made.stage.getState().at).toBe('reported');
  expect(made.touched).toEqual(['units']);
});

test('a key that arrived before the preview was on the screen is dropped, however late it is handed on', async () => {
  const made = runner();
  const {operation: asked, ran} = operation();
  await made.propose(asked);
  const pressedAtMs = performance.now();
  show(made);
  await made.confirm(pressedAtMs - 1);
  expect(ran()).toBe(0);
  await made.confirm(performance.now());
  expect(ran()).toBe(1);
});

test('where a word confirms, a key does not, and only the whole word does', async () => {
  const made = runner();
  const {operation: asked, ran} = operation({confirm: {by: 'typing', word: 'prod'}});
  await made.propose(asked);
  show(made);
  await made.confirm();
  made.type('pro');
  expect(ran()).toBe(0);
  made.type('prod');
  await expect.poll(ran).toBe(1);
});

test('read-only plans and previews, and refuses to confirm', async () => {
  const made = runner(true);
  const {operation: asked, ran} = operation();
  await made.propose(asked);
  show(made);
  expect(made.cannotConfirm()).toMatch(/read-only/);
  await made.confirm();
  made.type('anything');
  expect(ran()).toBe(0);
});

test('a plan that is blocked cannot be confirmed', async () => {
  const made = runner();
  const blocked = new Problem('host.not-permitted', 'ops', {lines: ['ops ALL=(root) …']});
  const {operation: asked, ran} = operation({blocked});
  await made.propose(asked);
  show(made);
  await made.confirm();
  expect(ran()).toBe(0);
});

test('a second operation is not proposed while one is open', async () => {
  const made = runner();
  await made.propose(operation().operation);
  const second = operation();
  await made.propose({...second.operation, title: 'Other', id: 'y'});
  const stage = made.stage.getState();
  expect(stage.at === 'confirming' && stage.operation.id).toBe('x');
});

test('leaving while it plans drops the plan that comes later', async () => {
  const made = runner();
  const gate = Promise.withResolvers<void>();
  const {operation: asked} = operation();
  const slow: Operation = {
    ...asked,
    plan: async signal => {
      await gate.promise;
      return asked.plan(signal);
    },
  };
  const proposed = made.propose(slow);
  made.cancel();
  gate.resolve();
  await proposed;
  expect(made.stage.getState().at).toBe('idle');
});

test('a plan that fails is shown as its problem', async () => {
  const made = runner();
  await made.propose({
    id: 'x',
    title: 'Do it',
    plan: async () => {
      throw new Problem('host.unreachable', 'af-1');
    },
  });
  const stage = made.stage.getState();
  expect(stage.at === 'stopped' && stage.problem.code).toBe('host.unreachable');
});

test('a failure that is no problem goes to the crash handler, and the dialog is gone', async () => {
  const bugs: unknown[] = [];
  const made = new Runner({readOnly: false, onTouched: () => {}, onBug: error => bugs.push(error)});
  await made.propose({
    id: 'x',
    title: 'Do it',
    plan: async () => {
      throw new TypeError('a bug');
    },
  });
  expect(bugs).toHaveLength(1);
  expect(made.stage.getState().at).toBe('idle');
});

test('another way to do it replaces the preview', async () => {
  const made = runner();
  const other = operation({title: 'Wait, then do it'});
  const {operation: asked} = operation({
    alternatives: [{key: 'w', label: 'wait first', operation: {...other.operation, id: 'y'}}],
  });
  await made.propose(asked);
  show(made);
  await made.choose('w');
  const stage = made.stage.getState();
  expect(stage.at === 'confirming' && stage.plan.title).toBe('Wait, then do it');
  expect(stage.at === 'confirming' && stage.shown).toBe(false);
});
