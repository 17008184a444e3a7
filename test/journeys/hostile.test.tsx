import {chmod, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import stringWidth from 'string-width';
import {describe, expect, test, vi} from 'vitest';
import type {Demo} from '../../src/demo/demo.ts';
import {hostile} from '../components/hostile.ts';
import {key, type Screen} from '../screen.tsx';
import {closing, confirm, demo, leaveReport, onDemo, soonMs, windsock} from './app.tsx';
import {rewritingProxy} from './rewriting-proxy.ts';

// Before Ink is loaded: whatever is coloured then was coloured by somebody else.
vi.hoisted(() => {
  process.env.FORCE_COLOR = '0';
});

/** Sets the title, rings, clears the screen, colours, goes back to the start of the line, turns the direction. */
const attack = '\x1b]0;owned\x07\x1b[2J\x1b[31mRED\r\x1b[5;5HJUMP\x9b7m\u202eDIR\x08\x08 日本👩‍👩‍👧‍👦 e\u0301 end';
const harmless = /RED ?JUMPDIR 日本/;

/** The titles that the terminal was given. */
function titlesOf(screen: Screen): readonly string[] {
  const titles: string[] = [];
  screen.terminal.onTitleChange(title => titles.push(title));
  return titles;
}

/** No control character came through, no cell was coloured, and no line is longer than the screen. */
function expectHarmless(screen: Screen): void {
  const {cols, rows} = screen.terminal;
  for (const [y, line] of screen.lines().entries()) {
    expect(line).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
    expect(stringWidth(line), line).toBeLessThanOrEqual(cols);
    for (let x = 0; x < cols; x++) expect(screen.cell(x, y).coloured, `${x},${y}: ${line}`).toBe(false);
  }
  expect(screen.lines()[0]).toMatch(/^ windsock {2}demo {2}Airflow 3\.3\.2/);
  expect(screen.lines()[1]).toMatch(/^ 1 Health {2}2 DAGs/);
  expect(screen.lines()).toHaveLength(rows);
}

/** The cells of a column, from where its title stands. */
const column = (screen: Screen, y: number, x: number, width: number) =>
  Array.from({length: width}, (_, offset) => screen.cell(x + offset, y).text)
    .join('')
    .trim();

/** Renames what the demo has, which no Airflow would let anybody do. */
function plantDags(made: Demo, ids: readonly string[]): void {
  const dags = made.world.runs.dags as Map<string, unknown>;
  const spec = made.world.runs.dags.get('etl_daily')?.spec;
  dags.clear();
  for (const id of ids) dags.set(id, {spec: {...spec, id, owner: id, tags: [id]}, paused: false, nextRunAt: undefined});
}

const sizes = [
  {columns: 80, rows: 24},
  {columns: 200, rows: 40},
];

describe.each(sizes)('at $columns columns', size => {
  test('ids of DAGs', async () => {
    const made = await demo();
    const ids = [...new Set([...hostile.map(text => text.toWellFormed()), attack])].filter(id => id !== '');
    plantDags(made, ids);
    const screen = windsock({profile: made.profile, size});
    const titles = titlesOf(screen);
    screen.press('2');
    await screen.until(harmless, soonMs);
    await screen.until(`${ids.length} DAGs`);
    const title = screen.lines()[2] ?? '';
    const x = title.indexOf('STATE');
    for (let y = 3; y < 3 + ids.length; y++) expect(column(screen, y, x, 6), screen.lines()[y]).toBe('on');
    expectHarmless(screen);
    screen.press('/jumpdir');
    await screen.until('1 shown by /jumpdir');
    screen.press(`${key.enter}P`);
    await screen.until(/┌ Pause RED ?JUMPDIR 日本/);
    expectHarmless(screen);
    await confirm(screen);
    await screen.until(/✓ {2}Pause RED/, soonMs);
    await leaveReport(screen);
    screen.press(key.enter);
    await screen.until('It has never run', soonMs);
    expectHarmless(screen);
    screen.press('T');
    await screen.until(/┌ Trigger RED/, soonMs);
    expectHarmless(screen);
    expect(titles).toEqual([]);
  });

  test('lines of the journal', async () => {
    const {demo: made, screen} = await onDemo({size});
    const titles = titlesOf(screen);
    await screen.until(/▸ scheduler +unhealthy/, soonMs);
    const {name: unit, invocation} = made.world.unit('scheduler');
    for (const message of [...hostile.map(text => text.toWellFormed()), attack, 'the last line']) {
      made.world.journal.add({atMs: made.world.clock.now(), unit, by: 'unit', invocation, pid: 7, message});
    }
    screen.press('l');
    await screen.until('the last line', soonMs);
    await screen.until(harmless);
    expectHarmless(screen);
    expect(titles).toEqual([]);
  });

  test('import errors, runs and params', async () => {
    const made = await demo();
    const api = made.profile.api;
    if (api === undefined) throw new Error('the demo has an API');
    const texts = [attack, ...hostile.map(text => text.toWellFormed())];
    const proxy = await rewritingProxy(api.url, (path, body) => {
      if (path.includes('/importErrors')) {
        const items = texts.map((text, index) => ({
          import_error_id: index,
          timestamp: new Date().toISOString(),
          filename: text,
          bundle_name: text,
          stack_trace: `Traceback\n  File "${text}"\n${text}\n`,
        }));
        return {import_errors: items, total_entries: items.length};
      }
      if (!path.includes('/dagRuns') && !path.includes('/details')) return body;
      return JSON.parse(JSON.stringify(body).replaceAll('admin', JSON.stringify(attack).slice(1, -1)), (name, value) =>
        name === 'description' || name === 'note' || name === 'run_type' ? attack : value,
      );
    });
    closing(() => proxy.close());
    const screen = windsock({profile: {...made.profile, api: {...api, url: proxy.url}}, size});
    const titles = titlesOf(screen);
    await screen.until(/! \d+ DAG files cannot be imported: .*RED/, soonMs);
    expectHarmless(screen);
    screen.press('2');
    await screen.until(/▸ always_fails/, soonMs);
    screen.press('i');
    await screen.until(/Traceback/, soonMs);
    expectHarmless(screen);
    for (let pages = 0; pages < 3; pages++) screen.press(' ');
    screen.press('q');
    await screen.untilGone('┌');
    screen.press('GT');
    await screen.until('ticket', soonMs);
    await screen.until(harmless);
    expectHarmless(screen);
    screen.press(key.escape);
    await screen.untilGone('┌');
    screen.press(key.enter);
    await screen.until(/manual__/, soonMs);
    expectHarmless(screen);
    expect(titles).toEqual([]);
  });

  test('names of units, and what sudo says', async () => {
    const made = await demo();
    // systemd itself has no such names, so that nothing is told to act on one.
    Object.assign(made.world.unit('triggerer'), {name: 'airflow-\x1bcRED\x9b7m\u202eDIR日本.service'});
    const sudo = join(made.folder, 'bin', 'sudo');
    const says = `printf 'sudo: ${attack.replaceAll("'", '')} is not allowed\\r\\n' >&2; exit 1`;
    // It promises, and then refuses.
    await writeFile(sudo, `#!/bin/sh\ncase "$*" in *"-l "*) exit 0 ;; *) ${says} ;; esac\n`);
    await chmod(sudo, 0o755);
    const screen = windsock({profile: made.profile, size});
    const titles = titlesOf(screen);
    await screen.until(/▸ scheduler +unhealthy/, soonMs);
    await screen.until(/triggerer +healthy .*no unit/, soonMs);
    expectHarmless(screen);
    screen.press('R');
    await confirm(screen);
    await screen.until(/sudo: RED ?JUMPDIR/, soonMs);
    expectHarmless(screen);
    expect(titles).toEqual([]);
  });
});
