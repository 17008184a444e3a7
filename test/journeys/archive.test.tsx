import {mkdtempSync, rmSync} from 'node:fs';
import {readdir} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeEach, expect, test, vi} from 'vitest';
import {key} from '../screen.tsx';
import {confirm, leaveReport, onDemo, soonMs} from './app.tsx';

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'windsock-state-'));
  vi.stubEnv('XDG_STATE_HOME', folder);
  return () => {
    vi.unstubAllEnvs();
    rmSync(folder, {recursive: true});
  };
});

test('A moves old logs to the archive, i looks into it, and Enter reads a log there', {timeout: 60_000}, async () => {
  const {demo, screen} = await onDemo({size: {columns: 110, rows: 34}});
  await demo.filled;
  screen.press('4');
  await screen.until(/task logs/i, soonMs);
  screen.press('A');
  await screen.until('Archive the logs of demo-1');
  await screen.until(/archive in .*archive/);
  await screen.until(/Takes \d+ of [\d,]+ files/, soonMs);
  screen.press(key.enter);
  const preview = await screen.until(/1 {2}archive \d+ files/, soonMs);
  expect(preview).toMatch(/It is read back before its originals go/);
  const planned = Number(/archive (\d+) files/.exec(preview)?.[1]);
  expect(planned).toBeGreaterThan(100);
  await confirm(screen);
  await screen.until(new RegExp(`${planned} of ${planned} files were archived and deleted`), soonMs);
  await leaveReport(screen);
  const kept = await readdir(join(demo.folder, 'archive'), {recursive: true});
  expect(kept.filter(name => name.endsWith('.tar.gz')).length).toBeGreaterThan(1);

  screen.press('i');
  await screen.until(/Archived of demo-1 in .*archive/);
  await screen.until(/[1-9]\d* archives/, soonMs);
  screen.press('/');
  screen.press(`etl_daily${key.enter}`);
  await screen.until('shown by /etl_daily');
  screen.press(key.enter);
  await screen.until(/etl_daily, written on \d{4}-\d\d-\d\d/, soonMs);
  await screen.until(/[1-9]\d* logs?/, soonMs);
  screen.press(key.enter);
  await screen.until(/attempt=\d\.log, archived/, soonMs);
  await screen.until(/line \d+ · the end/, soonMs);
  screen.press(key.escape);
  await screen.until(/etl_daily, written on/);
  screen.press(key.escape);
  await screen.until('Archived of demo-1');
  screen.press(key.escape);
  await screen.untilGone('/etl_daily');
  screen.press(key.escape);
  await screen.until('CLASS');
});

test('an archive with nothing in it says so, and a wrong place is refused in the form', {timeout: 60_000}, async () => {
  const {demo, screen} = await onDemo();
  await demo.filled;
  screen.press('4');
  await screen.until(/task logs/i, soonMs);
  screen.press('i');
  await screen.until('Nothing was archived yet: A on the list of logs does it.', soonMs);
  screen.press(key.escape);
  await screen.until('CLASS');
  screen.press('A');
  await screen.until(/Takes \d+/, soonMs);
  screen.press(`${key.ctrl('u')}somewhere`);
  await screen.until('This must be s3://bucket/prefix');
  screen.press(key.enter);
  await screen.until('This must be s3://bucket/prefix');
  screen.press(`${key.ctrl('u')}/dev/null/archive`);
  screen.press(key.enter);
  await screen.until(/\/dev\/null is no folder/, soonMs);
});
