import {mkdtempSync, readFileSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {key, type Screen} from '../screen.tsx';
import {pasted} from '../src/pasted.ts';
import {confirm, leaveReport, onDemo, soonMs} from './app.tsx';

/** What the terminal was told to put into its clipboard, newest last. */
function clipboard(screen: Screen): string[] {
  const copied: string[] = [];
  screen.terminal.parser.registerOscHandler(52, data => {
    copied.push(Buffer.from(data.replace(/^c;/, ''), 'base64').toString());
    return true;
  });
  return copied;
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'windsock-activity-'));
  onTestFinished(() => rmSync(folder, {recursive: true}));
  return folder;
}

async function passwordOf({profile}: Awaited<ReturnType<typeof onDemo>>['demo']): Promise<string> {
  if (profile.api?.login.kind !== 'password') throw new Error('the demo has a password');
  return profile.api.login.password();
}

test('what was changed is marked, can be seen alone, and is in the audit file', async () => {
  const stateFolder = join(newFolder(), 'windsock');
  const {demo, screen} = await onDemo({stateFolder, size: {columns: 120, rows: 30}});
  await screen.until(/▸ scheduler +unhealthy/, soonMs);
  screen.press('R');
  await confirm(screen);
  await screen.until('airflow-scheduler is active again', soonMs);
  await leaveReport(screen);
  screen.press('7');
  await screen.until(/API +GET \/api\/v2\/monitor\/health/);
  screen.press('c');
  await screen.until('2 entries · changes only');
  expect(screen.text()).toMatch(/! [\d:]+ +demo-1 +sudo -n -- \S+\/systemctl resta.* exit 0/);
  expect(screen.text()).toMatch(/! [\d:]+ +demo +Restart airflow-scheduler on demo-1 .* done/);
  const lines = readFileSync(join(stateFolder, 'audit.jsonl'), 'utf8').trim().split('\n');
  expect(lines.map(line => JSON.parse(line))).toMatchObject([
    {event: 'started', profile: 'demo', operation: 'units.restart', confirmed: 'y', hosts: [{name: 'demo-1'}]},
    {event: 'ended', outcome: 'done', touched: ['demo-1']},
  ]);
  expect(screen.text() + lines.join('')).not.toContain(await passwordOf(demo));
});

test('y copies a request as a curl that works when it is pasted', async () => {
  const {demo, screen} = await onDemo({size: {columns: 120, rows: 30}});
  const copied = clipboard(screen);
  await screen.until(/▸ scheduler +unhealthy/, soonMs);
  screen.press('7/pools');
  await screen.until(/API +GET \/api\/v2\/pools.* 200$/m, soonMs);
  screen.press(`${key.enter}y`);
  await screen.until('Copied');
  const password = await passwordOf(demo);
  expect(copied[0]).not.toContain(password);
  expect(await pasted(copied[0] ?? '', `${password}\n`)).toContain('default_pool');
});

test('y copies a command as an ssh that works when it is pasted', async () => {
  const {screen} = await onDemo({size: {columns: 120, rows: 30}});
  const copied = clipboard(screen);
  await screen.until(/▸ scheduler +unhealthy/, soonMs);
  screen.press('7/command -v systemctl');
  await screen.until(/demo-1 +sh -c .* exit 0$/m, soonMs);
  screen.press(`${key.enter}y`);
  await screen.until('Copied');
  expect(copied[0]).toMatch(/^ssh -F none -p \d+ -l demo -i /);
  expect(await pasted(copied[0] ?? '')).toContain('airflow-scheduler.service');
});

test('a login is not copied, and the key says why', async () => {
  const {screen} = await onDemo({size: {columns: 120, rows: 30}});
  const copied = clipboard(screen);
  await screen.until(/▸ scheduler +unhealthy/, soonMs);
  screen.press(`7/POST /auth/token${key.enter}`);
  await screen.until(/▸ .*POST \/auth\/token/, soonMs);
  screen.press('y');
  await screen.until('A login is not copied: it sends a password');
  expect(copied).toEqual([]);
});

test('what is asked again and again is one line that counts; r shows each time; Enter shows all of one', async () => {
  const {demo, screen} = await onDemo();
  await screen.until(/▸ scheduler +unhealthy/, soonMs);
  screen.press(`7/monitor${key.enter}`);
  await screen.until(/GET \/api\/v2\/moni.* 200/, soonMs);
  screen.press(key.ctrl('r'));
  await screen.until(/GET \/api\/v2\/moni.* 2 +\d+ ms +\d+ B +200/, soonMs);
  screen.press('r');
  await screen.until(/(GET \/api\/v2\/moni.* 200\n.*){2}/);
  screen.press('r');
  demo.world.refuse('api', true);
  screen.press(key.ctrl('r'));
  await screen.until(/GET \/api\/v2\/moni.* no answer/, soonMs);
  screen.press(`g${key.enter}`);
  await screen.until('Result: no answer, after');
  await screen.until(/nothing\s+listens there/);
  expect(screen.text()).toContain('y copies:');
  screen.press('q');
  await screen.untilGone('Result: no answer');
});

test('an audit file that cannot be written is told, and the operation goes on', async () => {
  const folder = newFolder();
  symlinkSync('/tmp/elsewhere', join(folder, 'audit.jsonl'));
  const {screen} = await onDemo({stateFolder: folder});
  await screen.until(/▸ scheduler +unhealthy/, soonMs);
  screen.press('R');
  await confirm(screen);
  await screen.until('airflow-scheduler is active again', soonMs);
  expect(screen.text()).toContain('The audit file does not have this operation');
});
