import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {type IPty, spawn} from '@lydell/node-pty';
import xterm from '@xterm/headless';

const program = fileURLToPath(new URL('../../dist/windsock.js', import.meta.url));

export type TerminalOptions = {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Another program than windsock. */
  readonly command?: readonly [string, ...string[]];
};

/** windsock on a terminal of its own, as a person sees it. */
export class Terminal {
  readonly pid: number;
  /** Everything that the program wrote, as it came. */
  raw = '';
  readonly #pty: IPty;
  readonly #screen: InstanceType<typeof xterm.Terminal>;
  readonly #ended: Promise<{readonly exitCode: number; readonly signal: number | undefined}>;

  constructor(args: readonly string[], {columns = 80, rows = 24, env = {}, command}: TerminalOptions = {}) {
    this.#screen = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 0});
    const [file, ...before] = command ?? [process.execPath, program];
    this.#pty = spawn(file, [...before, ...args], {cols: columns, rows, env: clean(env)});
    this.pid = this.#pty.pid;
    this.#pty.onData(data => {
      this.raw += data;
      this.#screen.write(data);
    });
    this.#screen.onData(data => this.#pty.write(data));
    this.#ended = new Promise(resolve =>
      this.#pty.onExit(({exitCode, signal}) => resolve({exitCode, signal: signal === 0 ? undefined : signal})),
    );
  }

  /** The screen, a line a row, without the blanks at their ends. */
  lines(): readonly string[] {
    const {active} = this.#screen.buffer;
    return Array.from(
      {length: this.#screen.rows},
      (_, row) => active.getLine(active.viewportY + row)?.translateToString(true, 0, this.#screen.cols) ?? '',
    );
  }

  /** How each cell is drawn; `colour` is its place among the terminal's own, undefined for the default. */
  cells(): readonly (readonly {
    readonly text: string;
    readonly colour: number | undefined;
    readonly inverse: boolean;
    readonly bold: boolean;
    readonly dim: boolean;
  }[])[] {
    const {active} = this.#screen.buffer;
    return Array.from({length: this.#screen.rows}, (_, y) =>
      Array.from({length: this.#screen.cols}, (_unused, x) => {
        const cell = active.getLine(active.viewportY + y)?.getCell(x);
        return {
          text: cell?.getChars() ?? ' ',
          colour: cell === undefined || cell.isFgDefault() ? undefined : cell.getFgColor(),
          inverse: (cell?.isInverse() ?? 0) !== 0,
          bold: (cell?.isBold() ?? 0) !== 0,
          dim: (cell?.isDim() ?? 0) !== 0,
        };
      }),
    );
  }

  text(): string {
    return this.lines().join('\n');
  }

  /** Whether the program has the alternate screen. */
  get alternate(): boolean {
    return this.#screen.buffer.active.type === 'alternate';
  }

  /** Types, all in one write. */
  press(keys: string): void {
    this.#pty.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.#pty.resize(columns, rows);
    this.#screen.resize(columns, rows);
  }

  kill(signal: string): void {
    process.kill(this.pid, signal as NodeJS.Signals);
  }

  /** Waits until the screen shows it. Throws with the screen. */
  async sees(what: RegExp | string, withinMs = 15_000): Promise<string> {
    const shows = (text: string) => (typeof what === 'string' ? text.includes(what) : what.test(text));
    return this.until(shows, `to see ${what}`, withinMs);
  }

  async until(holds: (text: string) => boolean, what: string, withinMs = 15_000): Promise<string> {
    const giveUpMs = performance.now() + withinMs;
    for (;;) {
      await new Promise<void>(resolve => this.#screen.write('', resolve));
      const text = this.text();
      if (holds(text)) return text;
      if (performance.now() > giveUpMs) throw new Error(`waited ${withinMs} ms ${what}; the screen shows:\n${text}`);
      await new Promise(resolve => setTimeout(resolve, 10));
    }
  }

  /** The exit code and signal, once the program has ended. */
  async ends(withinMs = 10_000): Promise<{readonly exitCode: number; readonly signal: number | undefined}> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`still runs after ${withinMs} ms:\n${this.text()}`)), withinMs);
    });
    try {
      return await Promise.race([this.#ended, late]);
    } finally {
      clearTimeout(timer);
      await new Promise<void>(resolve => this.#screen.write('', resolve));
    }
  }

  /** Ends it whatever it does. */
  async close(): Promise<void> {
    try {
      process.kill(this.pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    await this.ends();
  }

  /** Milliseconds of CPU that the process has used. */
  cpuMs(): number {
    const [, rest = ''] = readFileSync(`/proc/${this.pid}/stat`, 'utf8').split(') ');
    const fields = rest.split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }
}

/** Ink draws nothing until the end where CI is set, whatever its value. */
function clean(extra: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const env = {...process.env, TERM: 'xterm-256color', COLORTERM: 'truecolor', ...extra};
  const unwanted =
    /^(CI|CI_.*|CONTINUOUS_INTEGRATION|NODE_EXTRA_CA_CERTS|NO_COLOR|WINDSOCK_PROFILES|VITEST.*|NODE_ENV)$/;
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && (!unwanted.test(entry[0]) || entry[0] in extra),
    ),
  );
}
