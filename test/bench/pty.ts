import {type IPty, spawn} from '@lydell/node-pty';

/** A program on a pseudo-terminal, timed: what it wrote, and when. */
export class TimedProgram {
  readonly startedAt = performance.now();
  readonly ended: Promise<void>;
  /** Since it was emptied last: a long one would cost more to search than what is measured. */
  output = '';
  readonly #pty: IPty;
  #listener: (() => void) | undefined;

  constructor(argv: readonly string[], {columns = 200, rows = 50} = {}, extra: Readonly<Record<string, string>> = {}) {
    const [program = '', ...rest] = argv;
    this.#pty = spawn(program, rest, {cols: columns, rows, env: {...terminalEnvironment(), ...extra}});
    this.#pty.onData(data => {
      this.output += data;
      this.came(data);
      this.#listener?.();
    });
    this.ended = new Promise(resolve => this.#pty.onExit(() => resolve()));
  }

  get pid(): number {
    return this.#pty.pid;
  }

  write(keys: string): void {
    this.#pty.write(keys);
  }

  end(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.#pty.kill(signal);
  }

  /** Hears of each piece of what it writes. */
  protected came(_data: string): void {}

  /** Resolves with the time at which the output held the text. */
  async seen(text: string | RegExp, withinMs = 10_000): Promise<number> {
    const holds = () => (typeof text === 'string' ? this.output.includes(text) : text.test(this.output));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#listener = undefined;
        reject(new Error(`Waited for ${text}. It wrote:\n${this.output.slice(-2000)}`));
      }, withinMs);
      const look = () => {
        if (!holds()) return;
        const now = performance.now();
        clearTimeout(timer);
        this.#listener = undefined;
        resolve(now);
      };
      this.#listener = look;
      look();
    });
  }
}

/** Without what makes Ink believe that nobody looks, and without what makes starting slower on one machine only. */
function terminalEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^(CI|CI_.*|CONTINUOUS_INTEGRATION|NODE_EXTRA_CA_CERTS|NODE_OPTIONS)$/.test(entry[0]),
  );
  return {...Object.fromEntries(kept), TERM: 'xterm-256color', COLORTERM: 'truecolor'};
}
