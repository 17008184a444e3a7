import {execFileSync} from 'node:child_process';
import {appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import type {Demo} from '../../src/demo/demo.ts';
import {key, type Screen} from '../screen.tsx';
import {onDemo, soonMs} from './app.tsx';

const logsOf = (demo: Demo) => `${demo.folder}/airflow/logs`;

function newState(): string {
  const folder = mkdtempSync(join(tmpdir(), 'windsock-state-'));
  onTestFinished(() => rmSync(folder, {recursive: true}));
  return folder;
}

async function onLogs(size = {columns: 120, rows: 36}, stateFolder?: string): Promise<{demo: Demo; screen: Screen}> {
  const opened = await onDemo({size, ...(stateFolder === undefined ? {} : {stateFolder})});
  await opened.demo.filled;
  opened.screen.press('4');
  await opened.screen.until(/▸ task logs .*█/, soonMs);
  return opened;
}

test('what fills the disk is told by class, with what Airflow no longer knows apart', async () => {
  const {screen} = await onLogs({columns: 80, rows: 24});
  await screen.until(/leftovers +1\.1 MB +49 /, soonMs);
  await screen.until(/\d+ files, [\d.]+ MB, counted \d+ s ago/, soonMs);
  await screen.until(/▸ \/\S* +█*.? +\d+ %/, soonMs);
  await screen.until(/dag_processor, per file +[\d.]+ MB +270/, soonMs);
});

test('from the class to the DAG, its runs, a task and its tries, and out again to the same rows', async () => {
  const {demo, screen} = await onLogs();
  screen.press(key.enter);
  await screen.until(/DAG +SIZE/);
  screen.press(`/crm_sync${key.enter}`);
  await screen.until(/▸ crm_sync/, soonMs);
  screen.press(key.enter);
  await screen.until(/crm_sync {3}\d+ files/, soonMs);
  await screen.until(/RUN +SIZE[\s\S]*▸ scheduled__/, soonMs);
  await screen.until(/▸ scheduled__.* no such run/, soonMs);
  const run = /▸ (scheduled__\S+)/.exec(screen.text())?.[1];
  screen.press(key.enter);
  await screen.until(/TASK +SIZE/, soonMs);
  const task = /▸ (\S+) +\d/.exec(screen.text())?.[1];
  screen.press(key.enter);
  await screen.until(/TRY +SIZE[\s\S]*▸ attempt=\d\.log/, soonMs);
  const files = execFileSync('find', [`${logsOf(demo)}/dag_id=crm_sync/run_id=${run}/task_id=${task}`, '-type', 'f']);
  await screen.until(`${files.toString().trim().split('\n').length} entries`);
  screen.press(key.backspace);
  await screen.until(new RegExp(`TASK +SIZE[\\s\\S]*▸ ${task} `));
  screen.press(key.escape);
  await screen.until(new RegExp(`RUN +SIZE[\\s\\S]*▸ ${run?.replaceAll('+', '\\+')} `));
  screen.press(key.escape);
  await screen.until(/▸ crm_sync/);
  screen.press(key.escape);
  await screen.until(/DAG +SIZE[\s\S]*etl_daily/);
});

test('a file is read where it lies, and left to the same row', async () => {
  const {screen} = await onLogs();
  screen.press('n');
  await screen.until(/WRITTEN▾ +FILE/, soonMs);
  screen.press(`/attempt=1.log${key.enter}`);
  await screen.until(/▸ .*attempt=1\.log/, soonMs);
  const before = /▸ .*/.exec(screen.text())?.[0].trimEnd() ?? 'nothing';
  screen.press(key.enter);
  await screen.until(/airflow\/logs\/dag_id=/, soonMs);
  await screen.until(/ line \d+ · following/, soonMs);
  screen.press(key.escape);
  await screen.until(/WRITTEN▾ +FILE/, soonMs);
  expect(screen.text()).toContain(before.slice(-30));
});

test('marks stay while somebody looks elsewhere; Esc takes them away last', async () => {
  const {screen} = await onLogs();
  screen.press('d');
  await screen.until(/DAG +SIZE[\s\S]*orders_v1 .*no such DAG/, soonMs);
  screen.press(`/orders_v1${key.enter} `);
  await screen.until('1 marked');
  screen.press(key.escape);
  await screen.until(/26 DAGs · 1 marked/);
  screen.press('f');
  await screen.until(/WRITTEN +FILE/);
  screen.press(' ');
  await screen.until('2 marked');
  screen.press('c');
  await screen.until(/CLASS[\s\S]*task logs/);
  expect(screen.text()).toContain('2 marked');
  screen.press(' ');
  await screen.until('DAGs, folders and files can be marked');
  screen.press(key.escape);
  await screen.untilGone('2 marked');
});

test('Tab goes through the ages, the largest, the newest, and what is odd', async () => {
  const {demo, screen} = await onLogs();
  const odd = join(logsOf(demo), 'not airflow\n\x1b[31m');
  mkdirSync(join(odd, 'empty'), {recursive: true});
  writeFileSync(join(odd, 'huge.bin'), Buffer.alloc(30_000_000, 1));
  screen.press('s');
  await screen.until(/not understood +30 MB/, soonMs);
  screen.press(key.tab);
  await screen.until(/▸ crm_sync/);
  screen.press(key.tab);
  await screen.until(/AGE +SIZE[\s\S]*30 to 90 days[\s\S]*the last 24 hours +3\d MB/, soonMs);
  screen.press(key.tab);
  await screen.until(/▸ +30 MB .*huge\.bin/, soonMs);
  screen.press(key.tab);
  await screen.until(/WRITTEN▾/);
  screen.press(key.tab);
  await screen.until(/empty folder[\s\S]*not airflow/);
  screen.press(key.tab);
  await screen.until(/CLASS[\s\S]*not understood/);
});

test('what is not understood is entered by itself, and a second scan shows what grew', async () => {
  const {demo, screen} = await onLogs();
  const mine = join(logsOf(demo), 'mine');
  mkdirSync(mine);
  writeFileSync(join(mine, 'a.bin'), Buffer.alloc(20_000_000, 1));
  screen.press('s');
  await screen.until(/not understood +20 MB/, soonMs);
  screen.press(`/understood${key.enter}`);
  await screen.until(/▸ not understood/);
  screen.press(key.enter);
  await screen.until(/▸ mine +20 MB/, soonMs);
  screen.press(key.enter);
  await screen.until(/▸ a\.bin +20 MB/, soonMs);
  screen.press(key.enter);
  await screen.until(/mine\/a\.bin/, soonMs);
  await screen.until(/\(the beginning of \d+ bytes\)/, soonMs);
  screen.press(key.escape);
  await screen.until(/▸ a\.bin +20 MB/, soonMs);
  appendFileSync(join(mine, 'a.bin'), Buffer.alloc(5_000_000, 1));
  screen.press('s');
  await screen.until(/▸ a\.bin +25 MB/, soonMs);
});

test('a run that grew since the scan before says how much', async () => {
  const {demo, screen} = await onLogs({columns: 140, rows: 34}, newState());
  screen.press('d');
  await screen.until(/▸ crm_sync/, soonMs);
  screen.press(key.enter);
  await screen.until(/RUN +SIZE[\s\S]*GREW/, soonMs);
  await screen.until(/crm_sync {3}\d+ files.*counted \d+ s ago[\s\S]*▸ scheduled__/, soonMs);
  const dag = join(logsOf(demo), 'dag_id=crm_sync');
  const [run = ''] = readdirSync(dag);
  writeFileSync(join(dag, run, 'task_id=pull', 'attempt=9.log'), Buffer.alloc(30_000_000, 1));
  screen.press('s');
  await screen.until(/▸? *scheduled__\S+ +30 MB .* \+30 MB/, soonMs);
});
