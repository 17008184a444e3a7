import xterm from '@xterm/headless';
import {TimedProgram} from './pty.ts';

const columns = 200;
const rows = 50;

/** A program whose screen is read: what it writes are only the cells that change. */
export class ShownProgram extends TimedProgram {
  readonly #screen = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 0});
  #look: ((atMs: number) => void) | undefined;

  constructor(argv: readonly string[], env: Readonly<Record<string, string>>) {
    super(argv, {columns, rows}, env);
  }

  /** Resolves with the time at which the bytes came after which the screen showed the text. */
  async shown(text: string | RegExp, withinMs = 10_000): Promise<number> {
    const shows = (screen: string) => (typeof text === 'string' ? screen.includes(text) : text.test(screen));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#look = undefined;
        reject(new Error(`Waited ${withinMs} ms for ${text}. The screen shows:\n${this.#text()}`));
      }, withinMs);
      this.#look = atMs => {
        if (!shows(this.#text())) return;
        clearTimeout(timer);
        this.#look = undefined;
        resolve(atMs);
      };
      this.#look(performance.now());
    });
  }

  protected override came(data: string): void {
    const atMs = performance.now();
    this.#screen.write(data, () => this.#look?.(atMs));
  }

  #text(): string {
    const {active} = this.#screen.buffer;
    return Array.from({length: rows}, (_, row) =>
      active.getLine(active.viewportY + row)?.translateToString(true, 0, columns),
    ).join('\n');
  }
}
