import type {FileEnd} from '../host/agent-answers.ts';

/** What the log of the DagFileProcessorManager tells (1.10 to 2.11). */
export type Parsing = {
  /** The log. */
  readonly path: string;
  /** Since it was written last. It writes every 30 s (`print_stats_interval`) and whenever it looks for files. */
  readonly writtenAgoMs: number;
  /** The DAG files of its last table, and how long each took. Empty until the first table. */
  readonly files: readonly ParsedFile[];
};

export type ParsedFile = {readonly path: string; readonly tookMs: number};

const title = 'DAG File Processing Stats';

// Path, PID and runtime of now (mostly empty), counts, then how long it took last and when.
const row = /^(\/.*?)\s{2,}.*?(\d+(?:\.\d+)?)s\s+\d{4}-\d\d-\d\dT/;

/** Reads the last whole table. */
export function readParsing(path: string, {text, ageMs}: FileEnd): Parsing {
  // The last one may still be written: it ends with a rule.
  const tables = text.split(title).slice(1);
  const whole = tables.findLast(table => /^={20,}$/m.test(table)) ?? '';
  const end = whole.search(/^={20,}$/m);
  const files = whole
    .slice(0, Math.max(0, end))
    .split('\n')
    .flatMap(line => {
      const [, file, seconds] = row.exec(line) ?? [];
      return file === undefined ? [] : [{path: file, tookMs: Number(seconds) * 1000}];
    });
  return {path, writtenAgoMs: ageMs, files};
}
