import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {readdir} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeEach, expect, test, vi} from 'vitest';
import {resultLines} from '../../src/logs/clean-result.ts';
import {hostText} from '../../src/profile/addresses.ts';
import {stateFolder} from '../../src/profile/keeping.ts';
import {PlanFolder} from '../../src/profile/plan-folder.ts';
import type {HostAddress} from '../../src/profile/profile.ts';
import {key} from '../screen.tsx';
import {confirm, demo, leaveReport, onDemo, soonMs, windsock} from './app.tsx';

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'windsock-state-'));
  vi.stubEnv('XDG_STATE_HOME', folder);
  return () => {
    vi.unstubAllEnvs();
    rmSync(folder, {recursive: true});
  };
});

const logsOf = async (folder: string): Promise<string[]> =>
  (await readdir(join(folder, 'airflow', 'logs'), {recursive: true})).filter(name => name.endsWith('.log'));

test('C on Logs tells what a rule would take, shows the plan, deletes it and says what that brought', {
  timeout: 60_000,
}, async () => {
  const {demo, screen} = await onDemo({size: {columns: 110, rows: 34}});
  await demo.filled;
  const before = await logsOf(demo.folder);
  screen.press('4');
  await screen.until(/task logs/i, soonMs);
  screen.press('C');
  await screen.until('Clean up the logs of demo-1');
  const asked = await screen.until(/Takes \d+ of [\d,]+ files/, soonMs);
  const taken = Number(/Takes (\d+) of/.exec(asked)?.[1]);
  expect(taken).toBeGreaterThan(100);
  // A younger age takes more.
  screen.press(`${key.backspace.repeat(4)}15 d`);
  await screen.until(text => Number(/Takes (\d+) of/.exec(text)?.[1]) > taken, soonMs);
  screen.press(key.enter);
  const preview = await screen.until(/1 {2}delete \d+ files/, soonMs);
  expect(preview).toMatch(/By DAG: /);
  expect(preview).toMatch(/This cannot be undone\./);
  const planned = Number(/delete (\d+) files/.exec(preview)?.[1]);
  await confirm(screen);
  await screen.until(new RegExp(`${planned} of ${planned} files were deleted`), soonMs);
  await screen.until(/Planned .* freed /, soonMs);
  await leaveReport(screen);
  expect(before.length - (await logsOf(demo.folder)).length).toBeGreaterThanOrEqual(planned - 20);
});

test('C on a DAG proposes the logs of that DAG alone', async () => {
  const {demo, screen} = await onDemo({size: {columns: 110, rows: 36}});
  await demo.filled;
  screen.press('4');
  await screen.until(/task logs/i, soonMs);
  screen.press('d');
  // The largest has logs of all ages; the rows come as they are counted.
  await screen.until(/▸ crm_sync /, soonMs);
  screen.press('C');
  await screen.until(/of the DAGs +crm_sync/, soonMs);
  await screen.until(/Takes \d+ of [\d,]+ files/, soonMs);
  screen.press(key.enter);
  const preview = await screen.until(/1 {2}delete \d+ files/, soonMs);
  expect(preview).toMatch(/By DAG: crm_sync [\d.]+ [kM]B\./);
}, 60_000);

test('a clean-up that takes nothing offers nothing to confirm, and a wrong age is told', {
  timeout: 60_000,
}, async () => {
  const {demo, screen} = await onDemo();
  await demo.filled;
  screen.press('4');
  await screen.until(/task logs/i, soonMs);
  screen.press('C');
  await screen.until(/Takes \d+/, soonMs);
  screen.press(key.ctrl('u'));
  await screen.until('Give an age, or a level to come down to.');
  screen.press('soon');
  await screen.until('This is no age');
  screen.press(key.enter);
  await screen.until('This is no age');
  screen.press(`${key.ctrl('u')}9999 d`);
  await screen.until(/Takes 0 of/, soonMs);
  screen.press(key.enter);
  await screen.until('There is nothing to do.', soonMs);
  screen.press(key.escape);
  await screen.untilGone('┌');
});

test('logs of runs that failed stay longer where the form says so, and the preview tells which', {
  timeout: 60_000,
}, async () => {
  const {demo, screen} = await onDemo({size: {columns: 120, rows: 36}});
  await demo.filled;
  screen.press('4');
  await screen.until(/task logs/i, soonMs);
  screen.press('C');
  const takenOf = (text: string) => Number(/Takes ([\d,]+) of/.exec(text)?.[1]?.replace(',', ''));
  await screen.until(/Takes \d+ of/, soonMs);
  screen.press(`${key.ctrl('u')}1 d`);
  const asked = await screen.until(text => takenOf(text) > 500, soonMs);
  screen.press(`${key.tab.repeat(3)}900 d`);
  await screen.until('logs of runs that failed stay so long');
  await screen.until(text => takenOf(text) > 0 && takenOf(text) < takenOf(asked), soonMs);
  screen.press(key.enter);
  await screen.until(/Left: \d+ files .* of runs that failed, like/, soonMs);
  screen.press(key.escape);
  await screen.untilGone('┌');
});

test('read-only shows the plan, and deletes nothing', {timeout: 60_000}, async () => {
  const {demo, screen} = await onDemo({readOnly: true});
  await demo.filled;
  const before = await logsOf(demo.folder);
  screen.press('4');
  await screen.until(/task logs/i, soonMs);
  screen.press('C');
  await screen.until(/Takes \d+/, soonMs);
  screen.press(key.enter);
  await screen.until(/1 {2}delete \d+ files/, soonMs);
  await screen.until('Esc leave', soonMs);
  screen.press('jjj');
  await vi.waitFor(async () => {
    screen.press('y');
    await screen.until('windsock runs read-only.', 500);
  }, soonMs);
  expect((await logsOf(demo.folder)).length).toBeGreaterThanOrEqual(before.length);
});

test('a clean-up that was cut off is on Health: C cleans up anew, d is told of it no more', {
  timeout: 60_000,
}, async () => {
  const {profile, filled, folder} = await demo();
  await filled;
  const [host] = profile.hosts;
  if (host === undefined) throw new Error('the demo has a host');
  const plans = new PlanFolder(stateFolder());
  const root = join(folder, 'airflow', 'logs');
  const id = plans.newId(Date.now());
  await (await plans.create(`${id}.plan`)).end();
  const lines = resultLines(plans.result(id));
  const ended = spawnSync('true').pid;
  const about = {profile: profile.name, address: hostText(host), host: host.name, root, plan: '/nowhere', pid: ended};
  lines.begin({...about, files: 60, atMs: Date.now() - 180_000});
  lines.sending(40);
  lines.batch('d'.repeat(38), 38_000, {});
  const screen = windsock({profile, size: {columns: 120, rows: 40}});
  const told = /was cut off: 38 of 60 files were deleted; of the 2 sent last it is/;
  await screen.until(/The clean-up of .* was cut off/, soonMs);
  const toFinding = async () => {
    screen.press(key.tab);
    await vi.waitFor(async () => {
      screen.press('j');
      await screen.until(/▸. The clean-up of/, 500);
    }, soonMs);
  };
  await toFinding();
  screen.press(key.enter);
  await screen.until(told);
  await screen.until('C clean up   d dismiss');
  screen.press('C');
  await screen.until('Clean up the logs of demo-1');
  await screen.until(/Takes \d+ of [\d,]+ files/, soonMs);
  screen.press(key.escape);
  await screen.untilGone('┌');
  screen.press('1');
  await screen.until(/The clean-up of .* was cut off/, soonMs);
  await toFinding();
  screen.press('d');
  await screen.untilGone('The clean-up of', soonMs);
  await screen.until('COMPONENT');
});

test('the journal is a choice of the form, and its preview says that it is that of the whole host', {
  timeout: 60_000,
}, async () => {
  const {demo: made, screen} = await onDemo({size: {columns: 110, rows: 34}});
  await made.filled;
  screen.press('4');
  await screen.until(/task logs/i, soonMs);
  screen.press('C');
  await screen.until(/Takes \d+ of/, soonMs);
  screen.press(`${key.backTab}${key.left}`);
  await screen.until('journal of the host, by root');
  await screen.until(/Takes about [\d,]+ of [\d,]+ archived files/, soonMs);
  await screen.until('It is the journal of all units');
  screen.press(key.enter);
  await screen.until('Clean up the journal of demo-1', soonMs);
  await screen.until('By the rule: files that began more than 30 d ago.');
  await screen.until(/The journal has [\d,]+ archived files? /);
  screen.press(key.escape);
  await screen.untilGone('┌');
});

test('where a profile has two hosts all of them is a choice, and what one refuses keeps no other from it', {
  timeout: 90_000,
}, async () => {
  const {profile, filled, folder} = await demo();
  await filled;
  const nobody = {user: 'ops', configFile: 'none', identityFiles: [], knownHostsFiles: []} as const;
  const lost: HostAddress = {kind: 'ssh', name: 'lost', host: '127.0.0.1', port: 1, ...nobody};
  const screen = windsock({
    profile: {...profile, hosts: [...profile.hosts, lost]},
    size: {columns: 110, rows: 40},
  });
  const before = await logsOf(folder);
  screen.press('4');
  await screen.until(/task logs/i, soonMs);
  screen.press('C');
  await screen.until('Clean up the logs of demo-1');
  screen.press(key.right);
  await screen.until('Clean up the logs of all 2 hosts');
  await screen.until('The preview tells for each host what the rule takes there.');
  screen.press(key.enter);
  const preview = await screen.until(/1 {2}demo-1: delete \d+ files/, soonMs);
  const planned = Number(/delete (\d+) files/.exec(preview)?.[1]);
  await screen.until('lost: nothing, there is no plan for it');
  await screen.until(/lost is left: The host does not answer/);
  await confirm(screen);
  await screen.until(new RegExp(`${planned} of ${planned} files were deleted`), soonMs);
  await screen.until(/The host does not answer/);
  expect(before.length - (await logsOf(folder)).length).toBeGreaterThanOrEqual(planned - 20);
});
