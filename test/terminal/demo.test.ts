import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {Terminal, type TerminalOptions} from './terminal.ts';

let folder: string;
let terminal: Terminal | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windsock-terminal-'));
});

afterEach(async () => {
  await terminal?.close();
  rmSync(folder, {recursive: true});
});

/** The demo, with temporary and configuration folders of its own. */
function open(args: readonly string[] = ['--demo'], options: TerminalOptions = {}): Terminal {
  const env = {TMPDIR: folder, XDG_CONFIG_HOME: join(folder, 'config'), XDG_CACHE_HOME: tmpdir(), ...options.env};
  terminal = new Terminal(args, {...options, env});
  return terminal;
}

/** Processes that were started with the folder for their temporary files. */
function processes(): readonly number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`TMPDIR=${folder}\0`);
      } catch (error) {
        // It has ended in between, or it is a thread of the kernel.
        if (['ENOENT', 'EACCES', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
        throw error;
      }
    })
    .map(Number);
}

async function leftBehind(screen: Terminal): Promise<void> {
  await expect.poll(() => readdirSync(folder)).toEqual([]);
  await expect.poll(processes).toEqual([]);
  expect(screen.alternate).toBe(false);
  // The cursor is shown, and nothing that the terminal was told to report is left on.
  expect(screen.raw.lastIndexOf('\x1b[?25h')).toBeGreaterThan(screen.raw.lastIndexOf('\x1b[?25l'));
  expect(screen.raw.lastIndexOf('\x1b[?1004l')).toBeGreaterThan(screen.raw.lastIndexOf('\x1b[?1004h'));
}

describe('the demo in 80×24', () => {
  test('without a profile it opens on Health, and the banner says how to add one’s own Airflow', async () => {
    const screen = open([], {columns: 140});
    await screen.sees('Nothing is being scheduled: the scheduler last reported 4 min');
    await screen.sees(/airflow-scheduler on demo-1 is failed \(killed, signal 9\)\. R restarts it\./);
    await screen.sees(/For your own Airflow write .*profiles\.ini \(see README\)/);
  });

  test('three keys solve the problem of the first screen', async () => {
    const screen = open();
    await screen.sees('R restarts it');
    screen.press('R');
    await screen.sees('y restart');
    screen.press('y');
    await screen.sees('airflow-scheduler is active again');
    screen.press('\x1b');
    await screen.sees('Airflow is scheduling');
  });

  test('q restores the terminal and ends the process at once, and nothing is left', async () => {
    const screen = open();
    await screen.sees('R restarts it');
    screen.press('q');
    expect(await screen.ends(2_000)).toEqual({exitCode: 0, signal: undefined});
    await leftBehind(screen);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('%s restores the terminal and leaves nothing', async (signal, exitCode) => {
    const screen = open();
    await screen.sees('R restarts it');
    screen.kill(signal);
    expect(await screen.ends(2_000)).toEqual({exitCode, signal: undefined});
    await leftBehind(screen);
  });

  test('a crash restores the terminal, prints its stack, and leaves nothing', async () => {
    const planted = 'process.on("SIGUSR2",()=>{throw new Error("a planted crash")})';
    const screen = open(['--demo'], {
      env: {NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(planted)}`},
    });
    await screen.sees('R restarts it');
    screen.kill('SIGUSR2');
    expect(await screen.ends(2_000)).toEqual({exitCode: 70, signal: undefined});
    expect(screen.text()).toContain('a planted crash');
    await leftBehind(screen);
  });

  test('a signal before the first answer leaves nothing either', async () => {
    const screen = open();
    await screen.sees('windsock');
    screen.kill('SIGTERM');
    expect((await screen.ends(3_000)).exitCode).toBe(143);
    await leftBehind(screen);
  });

  test('it follows a change of the size of the terminal', async () => {
    const screen = open();
    await screen.sees('R restarts it');
    screen.resize(120, 36);
    await screen.sees('RESTARTS');
    screen.resize(60, 15);
    await screen.until(text => !text.includes('RESTARTS'), 'the wide columns to go');
    expect(screen.lines().every(line => line.length <= 60)).toBe(true);
    screen.press('q');
    expect((await screen.ends()).exitCode).toBe(0);
  });

  test('without the focus it says that only the verdict is asked for', async () => {
    const screen = open();
    await screen.sees('R restarts it');
    screen.press('\x1b[O');
    await screen.sees('unfocused: verdict only');
    screen.press('\x1b[I');
    await screen.until(text => !text.includes('unfocused'), 'the focus to come back');
  });

  test('with --ascii and NO_COLOR only ASCII characters and no colours are written', async () => {
    const screen = open(['--demo', '--ascii'], {env: {NO_COLOR: '1'}});
    await screen.sees('R restarts it');
    const text = screen.text();
    const odd = [...text].filter(character => character > '~');
    expect([...new Set(odd)]).toEqual([]);
    expect(screen.raw).not.toMatch(/\x1b\[3[1-7]m/);
  });
});

test.each(['1', '2', '3', '4', '7'])('q on screen %s quits when nothing is left to leave', async key => {
  const screen = open();
  await screen.sees('R restarts it');
  screen.press(key);
  await screen.sees(/Tab findings|25 DAGs|settings · |folders|entries · /);
  screen.press('q');
  expect((await screen.ends(3_000)).exitCode).toBe(0);
});

test('jT in one write proposes the DAG that is under the cursor afterwards', async () => {
  const screen = open();
  await screen.sees('R restarts it');
  screen.press('2');
  await screen.sees(/25 DAGs · \d/);
  const second = (screen.lines()[4] ?? '').trim().split(' ')[0] ?? '';
  expect(second).not.toBe('');
  screen.press('jT');
  await screen.sees(`Trigger ${second}`);
});

test('a key that opens a screen and a key for that screen may come in one write', async () => {
  const screen = open();
  await screen.sees('R restarts it');
  screen.press('2');
  await screen.sees(/\d+ DAGs · /);
  screen.press('1R');
  await screen.sees('systemctl restart airflow-scheduler.service');
});
