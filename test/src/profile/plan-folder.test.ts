import {readdir, utimes} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {PlanFolder} from '../../../src/profile/plan-folder.ts';
import {newFolder} from '../host/folder.ts';

const dayMs = 86_400_000;

/** A clean-up a day, the first one the oldest. */
async function plans(state: string, count: number, fromDay: number): Promise<readonly string[]> {
  const folder = new PlanFolder(state);
  const ids: string[] = [];
  for (let day = 0; day < count; day++) {
    const atMs = (fromDay + day) * dayMs;
    const id = folder.newId(atMs);
    const plan = await folder.create(`${id}.plan`);
    await plan.write({day});
    await plan.end();
    await utimes(plan.path, atMs / 1000, atMs / 1000);
    ids.push(id);
  }
  return ids;
}

test('many plans that nobody ran push out no plan that was run', async () => {
  const state = await newFolder();
  const folder = new PlanFolder(state);
  const run = await plans(state, 3, 100);
  for (const id of run) folder.result(id).write({begun: id});
  const notRun = await plans(state, 60, 200);
  await folder.prune();
  const kept = await readdir(join(state, 'plans'));
  expect(run.every(id => kept.includes(`${id}.plan.jsonl.gz`) && kept.includes(`${id}.result.jsonl`))).toBe(true);
  expect(notRun.filter(id => kept.includes(`${id}.plan.jsonl.gz`))).toEqual(notRun.slice(-10));
});

test('of those that were run the newest fifty stay', async () => {
  const state = await newFolder();
  const folder = new PlanFolder(state);
  const run = await plans(state, 52, 100);
  for (const id of run) folder.result(id).write({begun: id});
  await folder.prune();
  expect((await folder.results()).map(({id}) => id)).toEqual(run.slice(-50).toReversed());
  expect(await readdir(join(state, 'plans'))).toHaveLength(100);
});

test('a plan of the last hour stays, however many there are: somebody may be looking at it', async () => {
  const state = await newFolder();
  const ids = await plans(state, 30, 100);
  await new PlanFolder(state).prune(110 * dayMs);
  const kept = await readdir(join(state, 'plans'));
  expect(ids.filter(id => kept.includes(`${id}.plan.jsonl.gz`))).toEqual(ids.slice(10));
});
