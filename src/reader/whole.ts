import type {LogLine} from './line.ts';
import type {LevelFilter, LogSource} from './source.ts';

const page = 2_000;

/** All lines from a place on, a page at a time. */
export async function* linesFrom(
  source: LogSource,
  at: string | undefined,
  level: LevelFilter,
  signal?: AbortSignal,
): AsyncGenerator<readonly LogLine[]> {
  let from = at;
  let last: string | undefined;
  for (;;) {
    const {lines, end, isEnd} = await source.read({at: from, back: false, count: page, level}, signal);
    // What was the last line may have been read again.
    const fresh = lines[0]?.at === last && last !== undefined ? lines.slice(1) : lines;
    if (fresh.length > 0) yield fresh;
    if (isEnd) return;
    last = lines.at(-1)?.at ?? last;
    from = end;
  }
}

/** Each line as it was written. */
export async function* textsFrom(source: LogSource, level: LevelFilter, signal?: AbortSignal): AsyncGenerator<string> {
  for await (const lines of linesFrom(source, undefined, level, signal)) {
    yield lines.map(({text, wholeBytes}) => `${text}${wholeBytes === undefined ? '' : ' (cut)'}\n`).join('');
  }
}
