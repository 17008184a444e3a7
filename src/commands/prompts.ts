import {createInterface, type Interface} from 'node:readline';
import {Writable} from 'node:stream';
import {clean} from '../text.ts';

/** Somebody wants to leave: ^C, or the end of the input. */
export class Left extends Error {}

export type Prompts = {
  /** A line that was typed, without blanks at its ends; what stands in [ ] where it is empty. */
  readonly line: (question: string, usual?: string) => Promise<string>;
  /** What was typed is not shown. */
  readonly secret: (question: string) => Promise<string>;
  /** One letter of the choices; the usual one where only Enter was pressed. */
  readonly choice: (question: string, choices: readonly string[], usual?: string) => Promise<string>;
  readonly say: (line: string) => void;
  /** Aborts with ^C. */
  readonly signal: AbortSignal;
  close(): void;
};

/** Asks on a terminal, line by line. Every question throws `Left` once somebody wants to leave. */
export function openPrompts(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Prompts {
  let isHidden = false;
  const shown = new Writable({
    write(chunk, _encoding, done) {
      if (!isHidden) output.write(chunk);
      done();
    },
  });
  const left = new AbortController();
  const lines: Interface = createInterface({
    input,
    output: Object.assign(shown, {columns: output.columns}),
    terminal: true,
    prompt: '',
    historySize: 0,
  });
  const leave = () => left.abort(new Left());
  lines.on('SIGINT', leave).on('close', leave);
  output.on('resize', () => Object.assign(shown, {columns: output.columns}));

  const ask = (prompt: string, hide: boolean): Promise<string> =>
    new Promise((resolve, reject) => {
      if (left.signal.aborted) return void reject(left.signal.reason);
      const end = () => {
        isHidden = false;
        output.write('\n');
        reject(left.signal.reason);
      };
      left.signal.addEventListener('abort', end, {once: true});
      // What was typed before it could be read is no answer.
      lines.write(null as never, {ctrl: true, name: 'e'});
      lines.write(null as never, {ctrl: true, name: 'u'});
      // Written by itself: what readline shows of a hidden line is dropped, its prompt too.
      if (hide) output.write(prompt);
      isHidden = hide;
      lines.question(hide ? '' : prompt, answer => {
        left.signal.removeEventListener('abort', end);
        isHidden = false;
        if (hide) output.write('\n');
        resolve(answer);
      });
    });

  const prompts: Prompts = {
    line: async (question, usual = '') => {
      const answer = (await ask(`${clean(question)}${usual === '' ? '' : ` [${clean(usual)}]`}: `, false)).trim();
      return answer === '' ? usual : answer;
    },
    secret: question => ask(`${clean(question)} (not shown): `, true),
    choice: async (question, choices, usual) => {
      for (;;) {
        const answer = (await prompts.line(question, usual)).toLowerCase();
        const found = choices.find(choice => answer !== '' && choice.startsWith(answer));
        if (found !== undefined) return found;
        prompts.say(`Type one of: ${choices.join(', ')}.`);
      }
    },
    say: line => void output.write(`${wrapped(clean(line), output.columns)}\n`),
    signal: left.signal,
    close: () => {
      lines.off('close', leave);
      lines.close();
    },
  };
  return prompts;
}

/** No word is cut at the edge; what goes on stands below what it belongs to: the text behind the last two blanks of the beginning. */
function wrapped(text: string, columns: number): string {
  const [lead = ''] = /^\s*(?:[✓✖–] .*?\S {2,}\S+ {2,})?/.exec(text) ?? [];
  const indent = ' '.repeat(lead.length < columns / 2 ? lead.length : 2);
  const lines: string[] = [];
  let line = lead;
  for (const word of text.slice(lead.length).split(' ')) {
    if (line.length + word.length > columns && line.trim() !== '') {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()].join('\n');
}
