import {PassThrough, Writable} from 'node:stream';
import xterm, {type Terminal} from '@xterm/headless';
import {type Instance, render} from 'ink';
import type {ReactNode} from 'react';
import stringWidth from 'string-width';

/** What a terminal sends for the keys that are no letters. */
export const key = {
  enter: '\r',
  escape: '\x1b',
  tab: '\t',
  backTab: '\x1b[Z',
  backspace: '\x7f',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  pageUp: '\x1b[5~',
  pageDown: '\x1b[6~',
  home: '\x1b[H',
  end: '\x1b[F',
  ctrl: (letter: string): string => String.fromCharCode(letter.toUpperCase().charCodeAt(0) - 64),
} as const;

export type Size = {readonly columns: number; readonly rows: number};

/**
 * A terminal without a window. It counts cells as current terminals do, code point by code point;
 * the table of xterm itself is that of Unicode 6, in which emoji are narrow.
 */
export function terminal({columns, rows}: Size): Terminal {
  const made = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 0, convertEol: true});
  made.unicode.register({
    version: 'current',
    wcwidth,
    charProperties(codePoint, preceding) {
      const width = wcwidth(codePoint);
      const before = (preceding >> 1) & 3;
      // Joined to the character before it: its width is that one's.
      return width === 0 && before > 0 ? (before << 1) | 1 : width << 1;
    },
  });
  made.unicode.activeVersion = 'current';
  return made;
}

const cellWidths = new Map<number, 0 | 1 | 2>();

function wcwidth(codePoint: number): 0 | 1 | 2 {
  if (codePoint < 0x20) return 0;
  if (codePoint < 0x7f) return 1;
  const known = cellWidths.get(codePoint);
  if (known !== undefined) return known;
  const joinsJamo = codePoint >= 0x1160 && codePoint <= 0x11ff;
  const width = joinsJamo ? 0 : (stringWidth(String.fromCodePoint(codePoint)) as 0 | 1 | 2);
  cellWidths.set(codePoint, width);
  return width;
}

/** The side of a terminal that a program writes to. */
class Output extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;

  constructor(
    {columns, rows}: Size,
    readonly terminal: Terminal,
  ) {
    super({decodeStrings: false});
    this.columns = columns;
    this.rows = rows;
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.terminal.write(chunk, () => {
      this.emit('drawn');
      done();
    });
  }
}

/** An Ink element on the screen of a real terminal emulator, with somebody at the keyboard. */
export class Screen {
  readonly terminal: Terminal;
  readonly #stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => {},
    ref: () => {},
    unref: () => {},
  });
  readonly #stdout: Output;
  readonly #ink: Instance;

  constructor(element: ReactNode, size: Size) {
    this.terminal = terminal(size);
    this.#stdout = new Output(size, this.terminal);
    this.terminal.onData(answer => this.#stdin.write(answer));
    this.#ink = render(element, {
      stdout: this.#stdout as unknown as NodeJS.WriteStream,
      stdin: this.#stdin as unknown as NodeJS.ReadStream,
      interactive: true,
      alternateScreen: true,
      incrementalRendering: true,
      exitOnCtrlC: false,
      patchConsole: false,
      maxFps: 1000,
    });
  }

  /** The screen as it is now, a string a line, without blanks at the ends. */
  lines(): string[] {
    const {active} = this.terminal.buffer;
    return Array.from({length: this.terminal.rows}, (_, y) =>
      (active.getLine(y)?.translateToString(true) ?? '').trimEnd(),
    );
  }

  text(): string {
    return this.lines().join('\n');
  }

  /** How a cell is drawn. Colours are there only with FORCE_COLOR in the environment. */
  cell(x: number, y: number): {text: string; inverse: boolean; bold: boolean; dim: boolean; coloured: boolean} {
    const cell = this.terminal.buffer.active.getLine(y)?.getCell(x);
    if (cell === undefined) throw new RangeError(`No cell ${x},${y}`);
    return {
      text: cell.getChars() || ' ',
      inverse: cell.isInverse() !== 0,
      bold: cell.isBold() !== 0,
      dim: cell.isDim() !== 0,
      coloured: !cell.isFgDefault() || !cell.isBgDefault(),
    };
  }

  /** All keys in one chunk, as a terminal on a slow line sends them. */
  press(keys: string): void {
    this.#stdin.write(keys);
  }

  /** Waits until the screen shows the text, or passes the test. Says what the screen showed when it never does. */
  async until(wanted: string | RegExp | ((screen: string) => boolean), withinMs = 5000): Promise<string> {
    const passes = (screen: string) =>
      typeof wanted === 'string'
        ? screen.includes(wanted)
        : wanted instanceof RegExp
          ? wanted.test(screen)
          : wanted(screen);
    return this.#wait(passes, String(wanted), withinMs);
  }

  /** Waits until the screen shows the text no more. */
  async untilGone(text: string, withinMs = 5000): Promise<string> {
    return this.#wait(screen => !screen.includes(text), `no "${text}"`, withinMs);
  }

  resize({columns, rows}: Size): void {
    this.terminal.resize(columns, rows);
    Object.assign(this.#stdout, {columns, rows});
    this.#stdout.emit('resize');
  }

  rerender(element: ReactNode): void {
    this.#ink.rerender(element);
  }

  async unmount(): Promise<void> {
    this.#ink.unmount();
    await this.#ink.waitUntilExit();
    this.#ink.cleanup();
  }

  #wait(passes: (screen: string) => boolean, wanted: string, withinMs: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        this.#stdout.off('drawn', look);
      };
      const look = () => {
        const screen = this.text();
        if (!passes(screen)) return;
        end();
        resolve(screen);
      };
      const timer = setTimeout(() => {
        end();
        reject(new Error(`Waited for ${wanted}. The screen showed:\n${this.text()}`));
      }, withinMs);
      this.#stdout.on('drawn', look);
      look();
    });
  }
}

/** Draws the element on a terminal of this size. */
export function renderScreen(element: ReactNode, size: Size = {columns: 80, rows: 24}): Screen {
  return new Screen(element, size);
}
