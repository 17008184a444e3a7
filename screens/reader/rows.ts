import {clip, widthOf} from '../../components/text/fit.ts';
import {steadyBlanks} from '../../components/text/steady.ts';
import type {Level, LogLine} from '../../src/reader/line.ts';

/** How lines are drawn: the same for all of a log. */
export type Look = {readonly columns: number; readonly wraps: boolean; readonly raw: boolean; readonly ascii: boolean};

/** A line takes at most so many rows: the rest of it is in the file. */
const mostRows = 200;
/** More of one line is not even looked at. */
const longest = 20_000;

const levelWords: Readonly<Record<Level, string>> = {debug: 'debug', info: '', warning: 'WARN ', error: 'ERROR'};
const headWidth = 15;

let drawn = new WeakMap<LogLine, readonly string[]>();
let drawnFor = '';

/** The rows of a line: the first has its time and level. */
export function rowsOf(line: LogLine, look: Look): readonly string[] {
  const key = JSON.stringify(look);
  if (key !== drawnFor) {
    drawn = new WeakMap();
    drawnFor = key;
  }
  let rows = drawn.get(line);
  if (rows === undefined) {
    rows = layOut(line, look);
    drawn.set(line, rows);
  }
  return rows;
}

function layOut(line: LogLine, {columns, wraps, raw, ascii}: Look): readonly string[] {
  const isBegin = line.atMs !== undefined;
  const head = raw ? '' : `${isBegin ? clock(line.atMs) : ''} ${levelWords[isBegin ? (line.level ?? 'info') : 'info']}`;
  const indent = raw ? '' : ' '.repeat(headWidth);
  const cut = line.wholeBytes === undefined ? '' : ` (the beginning of ${line.wholeBytes} bytes)`;
  const from = line.from === undefined ? '' : `${line.from}: `;
  const said = `${from}${(raw ? line.text : line.message).slice(0, longest)}${cut}`;
  const width = Math.max(10, columns - indent.length);
  const rows = said.split('\n').flatMap(text => {
    const safe = steadyBlanks(text.replaceAll('\t', '    '));
    return wraps ? pieces(safe, width) : [clip(safe, width, ascii ? '~' : '…')];
  });
  const [first = '', ...rest] = rows.slice(0, mostRows);
  return [head.padEnd(indent.length) + first, ...rest.map(row => indent + row)];
}

/** Broken where the row is full: a reader of logs wants every blank. */
function pieces(text: string, width: number): readonly string[] {
  const out: string[] = [];
  let rest = text;
  while (widthOf(rest) > width && out.length < mostRows) {
    const head = clip(rest, width + 1).slice(0, -1) || rest.slice(0, 1);
    out.push(head);
    rest = rest.slice(head.length);
  }
  return [...out, rest];
}

const clock = (ms: number): string => new Date(ms).toTimeString().slice(0, 8);
