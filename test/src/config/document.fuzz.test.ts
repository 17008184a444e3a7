import {expect, test} from 'vitest';
import {documentBytes, fatalIssue, type IssueKind, parseDocument} from '../../../src/config/document.ts';
import {interpolate} from '../../../src/config/interpolate.ts';
import {type PythonRead, readWithPython} from './python.ts';

const count = Number(process.env.WINDSOCK_FUZZ ?? 20_000);
const seed = Number(process.env.WINDSOCK_FUZZ_SEED ?? 20_260_101);

/** mulberry32: the same files on every run. */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const random = randomFrom(seed);
const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

const names = ['a', 'A', 'key', 'dags_folder', 'x.y', 'k[]', 'a b', 'é', 'İ', '__proto__', 'constructor', 'ß', 'Key'];
const values = [
  ...[
    '',
    '1',
    'true',
    'x;y',
    'a#b',
    '"q"',
    "'s'",
    '{"a": 1}',
    'a=b',
    'c:d',
    '  sp  ',
    '\tt',
    'p\\',
    '[x]',
    'null',
    '=',
    ':',
  ],
  ...[
    '%%d',
    '%(a)s',
    '%(key)s/%(x.y)s',
    '%(A)s',
    '%()s',
    '%(a)',
    '50%',
    '%',
    '%%(a)s',
    '%(dags_folder)s%%',
    '%(__proto__)s',
  ],
  ...['\u00a0nb', '\u0085', '\x1fus\x1f', '\u2028ls', '\ufeff', '\v', 'a\fb', '🐍', '\0'],
];
const sections = [
  '[a]',
  '[b]',
  '[a.b]',
  '[DEFAULT]',
  '[s s]',
  '[a] x',
  '[a]b]',
  ' [a]',
  '[',
  '[]',
  '[ ]',
  '[é]',
  '[A]',
  '[__proto__]',
];
const comments = ['# c', '; c', '  # ic', '\t;x', '#', 'k # x', '\u00a0# c'];

function line(): string {
  const kind = random();
  if (kind < 0.1) return pick(['', ' ', '\t', '   ', '\u2003', '\x1c']);
  if (kind < 0.2) return pick(comments);
  if (kind < 0.32) return pick(sections);
  if (kind < 0.44) return pick(['  ', '    ', '\t', ' ', '\u00a0']) + pick([...values, 'cont', 'k = v', '# cc', '[a]']);
  if (kind < 0.46) return pick(['novalue', '=v', ':', ' =']);
  const delimiter = pick(['=', ' = ', ':', ': ', ' =', '\t=\t', '\u00a0=\u3000']);
  return pick(['', '', '', '', ' ', '  ']) + pick(names) + delimiter + pick(values);
}

function file(): Uint8Array {
  let text = random() < 0.02 ? '\ufeff' : '';
  if (random() < 0.92) text += '[a]\n';
  const end = random() < 0.1 ? pick(['\r\n', '\r']) : '\n';
  const lines = 1 + Math.floor(random() * 11);
  for (let at = 0; at < lines; at++) {
    const isLast = at === lines - 1;
    text += line() + (isLast && random() < 0.3 ? '' : random() < 0.97 ? end : pick(['\r', '\n', '\r\n']));
  }
  if (random() > 0.02) return Buffer.from(text);
  // Python notices a character that is cut off by the end of the file after all other errors: let a line end follow.
  const bytes = Buffer.from(`${text}\n`);
  bytes[Math.floor(random() * (bytes.length - 1))] = pick([0xff, 0xc3, 0x80, 0xed]);
  return bytes;
}

const errorOf: Partial<Record<IssueKind, string>> = {
  'not-utf-8': 'UnicodeDecodeError',
  'byte-order-mark': 'MissingSectionHeaderError',
  'text-before-section': 'MissingSectionHeaderError',
  'no-delimiter': 'ParsingError',
  'no-name': 'ParsingError',
  'duplicate-section': 'DuplicateSectionError',
  'duplicate-option': 'DuplicateOptionError',
};

/** What we make of a file, in the words of the script. */
function ours(bytes: Uint8Array): PythonRead {
  const document = parseDocument(bytes);
  const fatal = fatalIssue(document);
  if (fatal) {
    const error = errorOf[fatal.kind] ?? fatal.kind;
    return fatal.kind === 'not-utf-8' ? {error} : {error, line: fatal.line};
  }
  const valuesOf = (section: string) =>
    Object.fromEntries([...(document.index.get(section) ?? [])].map(([name, option]) => [name, option.value]));
  const own = [...document.index.keys()].filter(name => name !== 'DEFAULT');
  const defaults = valuesOf('DEFAULT');
  const readable = (section: string) =>
    Object.fromEntries(
      [...new Set([...Object.keys(valuesOf(section)), ...Object.keys(defaults)])].map(name => {
        const read = interpolate(document, section, name);
        return [name, read === undefined ? {error: 'absent'} : 'error' in read ? {error: read.error} : read];
      }),
    );
  return {
    defaults,
    raw: Object.fromEntries(own.map(name => [name, valuesOf(name)])),
    read: Object.fromEntries(own.map(name => [name, readable(name)])),
  };
}

test('airflow.cfg is read as Python reads it: errors and their lines, values, interpolation', {timeout: 60_000}, () => {
  const files = Array.from({length: count}, file);
  const theirs = readWithPython(files);
  expect(theirs).toHaveLength(count);
  let errors = 0;
  let reads = 0;
  for (const [at, bytes] of files.entries()) {
    const python = theirs[at] as PythonRead;
    if ('error' in python) errors++;
    else for (const section of Object.values(python.read)) reads += Object.keys(section).length;
    const mine = ours(bytes);
    // Compared as text first: toEqual on each of many thousand files takes most of the time.
    if (canonical(mine) !== canonical(python)) expect(mine, JSON.stringify(bytes.toString())).toEqual(python);
    if (!documentBytes(parseDocument(bytes)).equals(bytes))
      expect.fail(`not the same bytes: ${JSON.stringify(bytes.toString())}`);
  }
  // The files are neither all broken nor all plain.
  expect(errors / count).toBeGreaterThan(0.2);
  expect(errors / count).toBeLessThan(0.9);
  expect(reads).toBeGreaterThan(count / 2);
});

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
