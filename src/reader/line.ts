import * as v from 'valibot';
import {entryPattern} from './patterns.ts';

export type Level = 'debug' | 'info' | 'warning' | 'error';

/** A line of a log, understood as far as it can be. */
export type LogLine = {
  /** Where it begins, in whatever its source counts by: the same line has the same, also when it is read again. */
  readonly at: string;
  /** As it was read. Of a very long line its beginning. */
  readonly text: string;
  /** Bytes of the whole line, where `text` is not all of it. */
  readonly wholeBytes?: number;
  /** Undefined: it belongs to the entry before. */
  readonly atMs?: number;
  readonly level?: Level;
  /** What it says, without time and level; of JSON (Airflow 3) the event and what failed. May have several lines. */
  readonly message: string;
  /** Which log of several it is from. */
  readonly from?: string;
};

const entry = new RegExp(entryPattern);
/** Colours that a program wrote into its own log. */
const colours = /\u001b\[[0-9;]*m/g;

/** Understands a line: the text of Airflow 1.10–2, of gunicorn and Celery, and the JSON of Airflow 3. */
export function readLine(at: string, text: string, wholeBytes?: number): LogLine {
  const cut = wholeBytes === undefined ? {} : {wholeBytes};
  const found = entry.exec(text);
  if (text.startsWith('{')) {
    const json = readJson(text);
    if (json !== undefined) return {at, text, ...cut, ...json};
  }
  if (found === null) return {at, text, ...cut, message: text.replace(colours, '')};
  const atMs = msOf(found);
  const level = levelOf(found[9] ?? found[10]);
  // Of JSON that was cut, all that there is.
  const said = text.startsWith('{') ? text : text.slice(found[0].length).replace(/^[\]\s]*(?:- )?/, '') || text;
  return {
    at,
    text,
    ...cut,
    ...(Number.isNaN(atMs) ? {} : {atMs}),
    ...(level === undefined ? {} : {level}),
    message: said.replace(colours, ''),
  };
}

/** Without an offset from UTC (Airflow before 2.3) it is taken for the time here. */
function msOf([, year, month, day, hour, minute, second, fraction = '', offset]: RegExpExecArray): number {
  const ms = fraction.padEnd(3, '0').slice(0, 3);
  const zone = offset?.trim().replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2') ?? '';
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}${zone}`);
}

const levels: Readonly<Record<string, Level>> = {
  debug: 'debug',
  info: 'info',
  warning: 'warning',
  warn: 'warning',
  error: 'error',
  exception: 'error',
  critical: 'error',
  fatal: 'error',
};

const levelOf = (name: string | undefined): Level | undefined => levels[name?.toLowerCase() ?? ''];

const frame = v.object({filename: v.string(), lineno: v.nullish(v.number()), name: v.nullish(v.string())});
const failure = v.object({
  exc_type: v.string(),
  exc_value: v.string(),
  is_cause: v.optional(v.boolean(), false),
  frames: v.optional(v.array(frame), []),
});

const jsonEntry = v.object({
  timestamp: v.nullish(v.string()),
  level: v.nullish(v.string()),
  event: v.unknown(),
  error_detail: v.optional(v.fallback(v.array(failure), []), []),
});

function readJson(text: string): Pick<LogLine, 'atMs' | 'level' | 'message'> | undefined {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), jsonEntry), text);
  if (!parsed.success || parsed.output.event === undefined) return undefined;
  const {timestamp, level: name, event, error_detail: failures} = parsed.output;
  const atMs = Date.parse(timestamp ?? '');
  const level = levelOf(name ?? undefined);
  const said = typeof event === 'string' ? event : JSON.stringify(event);
  return {
    ...(Number.isNaN(atMs) ? {} : {atMs}),
    ...(level === undefined ? {} : {level}),
    message: [said.replace(colours, ''), ...failures.toReversed().flatMap(trace)].join('\n'),
  };
}

/** As Python prints it. */
function trace({exc_type, exc_value, is_cause, frames}: v.InferOutput<typeof failure>): readonly string[] {
  return [
    'Traceback (most recent call last):',
    ...frames.map(({filename, lineno, name}) => `  File "${filename}", line ${lineno ?? '?'}, in ${name ?? '?'}`),
    `${exc_type}: ${exc_value}`,
    ...(is_cause ? ['The above exception was the direct cause of the following exception:'] : []),
  ];
}

/** Lines that begin no entry are of the level of the entry before: a traceback of the error that it explains. */
export function inheritLevels(lines: readonly LogLine[]): readonly LogLine[] {
  let last: Level | undefined;
  return lines.map(line => {
    if (line.level === undefined && line.atMs === undefined && last !== undefined) return {...line, level: last};
    last = line.level;
    return line;
  });
}
