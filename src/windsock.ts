#!/usr/bin/env node
import type {FirstScreen} from './main.ts';

/*
 * Paints the first frame before anything else is loaded, since loading takes ten times as long as this.
 * What does not concern the screens goes straight to `main`.
 */

const flags: ReadonlySet<string> = new Set(['--demo', '--read-only', '--ascii']);
const options: ReadonlySet<string> = new Set(['--profile', '--profiles']);

checkNode();
keepMemorySmall();
// The library that colours for Ink knows only this name for it, and looks once.
if (process.env.NO_COLOR) process.env.FORCE_COLOR = '0';
const argv = process.argv.slice(2);
const screen = wantsScreens(argv) && process.stdin.isTTY && process.stdout.isTTY ? takeTerminal() : undefined;
keepCompiledCode();
try {
  const {main} = await import('./main.ts');
  await main(argv, screen);
} catch (error) {
  // Given back first, so that the stack is not printed on a screen that is about to vanish.
  screen?.release();
  throw error;
}

function checkNode(): void {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 12)) return;
  process.stderr.write(`windsock needs Node.js 22.12 or newer. This is ${process.version} (${process.execPath}).\n`);
  process.exit(1);
}

/**
 * V8 lets the space for young objects grow to three times 16 MiB before it looks for what is no longer needed: a long scan or
 * clean-up took 50 MB more for that, and was not faster.
 */
function keepMemorySmall(): void {
  process.getBuiltinModule('node:v8').setFlagsFromString('--semi-space-growth-factor=1');
}

/** Only in a folder of the user's own: under sudo another one's could hold code of somebody else. */
function keepCompiledCode(): void {
  // An `import` of fs would load its streams too, before the first frame.
  const {mkdirSync, statSync} = process.getBuiltinModule('node:fs');
  const {XDG_CACHE_HOME: cache, HOME: home} = process.env;
  const folder = `${cache || `${home}/.cache`}/windsock`;
  try {
    if (statSync(cache || home || '').uid !== process.getuid?.()) return;
    mkdirSync(folder, {recursive: true, mode: 0o700});
    if (statSync(folder).uid === process.getuid()) process.getBuiltinModule('node:module').enableCompileCache(folder);
  } catch {
    // Without it the program only starts slower.
  }
}

/** Whether these arguments open the screens. In doubt not: then `main` says what is wrong with them. */
function wantsScreens(args: readonly string[]): boolean {
  for (let index = 0; index < args.length; index++) {
    const [name = '', value] = (args[index] ?? '').split('=', 2);
    if (flags.has(name) && value === undefined) continue;
    if (!options.has(name)) return false;
    if (value === undefined) index++;
  }
  return true;
}

function takeTerminal(): FirstScreen {
  const {stdin, stdout} = process;
  let ours = true;
  const release = () => {
    // Ink leaves the alternate screen by itself; to leave it twice would put the cursor back over what was printed since.
    if (ours) stdout.write('\x1b[?1049l');
    ours = false;
    stdin.setRawMode(false);
    // Cursor, focus events, bracketed paste, mouse, kitty keyboard, synchronized output.
    stdout.write('\x1b[?25h\x1b[?1004l\x1b[?2004l\x1b[?1000l\x1b[?1006l\x1b[<u\x1b[?2026l');
  };
  const onSignal = (_: NodeJS.Signals, number: number) => process.exit(128 + number);
  process.once('exit', release);
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.once(signal, onSignal);
  stdout.write(firstFrame(stdout.columns, stdout.rows));
  stdin.setRawMode(true);
  return {
    release: () => {
      process.off('exit', release);
      release();
    },
    handOver: () => {
      ours = false;
      for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.off(signal, onSignal);
      replaceFirstFrame(stdout);
    },
  };
}

function firstFrame(columns: number, rows: number): string {
  const ascii = argv.includes('--ascii');
  const colour = !process.env.NO_COLOR;
  const paint = (style: string, text: string) => (colour ? `\x1b[${style}m${text}\x1b[0m` : text);
  const lines = [
    {y: 1, text: ' windsock', style: '1'},
    {y: 2, text: ' 1 Health  2 DAGs  3 Config  4 Logs  5 Data  7 Activity', style: '2'},
    {y: 4, text: `   connecting${ascii ? '...' : '…'}`, style: '0'},
  ];
  const painted = lines
    .filter(({y}) => y <= rows)
    .map(({y, text, style}) => `\x1b[${y};1H${paint(style, text.slice(0, columns))}`);
  return `\x1b[?1049h\x1b[?25l\x1b[2J${painted.join('')}\x1b[H`;
}

/** Clears the screen in the same write as Ink's first frame, so that nobody sees it blank; and does not take it twice. */
function replaceFirstFrame(stdout: NodeJS.WriteStream): void {
  const write = stdout.write;
  stdout.write = ((chunk: string | Uint8Array, ...rest: never[]) => {
    if (typeof chunk !== 'string') return write.call(stdout, chunk, ...rest);
    const isFrame = chunk.includes('\n');
    if (isFrame) stdout.write = write;
    return write.call(stdout, (isFrame ? '\x1b[2J\x1b[H' : '') + chunk.replace('\x1b[?1049h', ''), ...rest);
  }) as typeof stdout.write;
}
