import ini from 'ini';
import {Problem} from '../problems/problem.ts';
import {keyNamed} from './keys.ts';

export type IniEntry = {readonly key: string; readonly value: string; readonly line: number};

export type IniSection = {
  readonly name: string;
  readonly line: number;
  readonly entries: ReadonlyMap<string, IniEntry>;
};

/** Where a problem is said to be: "~/profiles.ini, line 3". */
export type Place = (line: number) => string;

/**
 * Reads the text of profiles.ini. Values are decoded by `ini`, a line at a time: as a whole it would split section names at
 * dots, make arrays of `key[]`, turn `true` and `null` into something else than text and let the last of two equal keys win.
 * Throws `profile.invalid`, and `profile.cut` where an unquoted value would lose its end. No problem repeats a value.
 */
export function readIni(text: string, place: Place): IniSection[] {
  const sections = new Map<string, {name: string; line: number; entries: Map<string, IniEntry>}>();
  let entries: Map<string, IniEntry> | undefined;
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = index + 1;
    const body = raw.trim();
    if (body === '' || /^[;#]/.test(body)) continue;

    const header = /^\[([^\]]*)\]\s*(?:[;#].*)?$/.exec(body);
    if (header) {
      const name = (header[1] ?? '').trim();
      if (name === '' || /\p{Cc}/u.test(name))
        throw new Problem('profile.invalid', `${place(line)}: the profile needs a name`);
      const before = sections.get(name);
      if (before)
        throw new Problem('profile.invalid', `${place(line)}: [${name}] stands already in line ${before.line}`);
      entries = new Map();
      sections.set(name, {name, line, entries});
      continue;
    }

    const equals = body.indexOf('=');
    if (equals < 1) throw new Problem('profile.invalid', `${place(line)}: neither [profile] nor key = value`);
    const key = body.slice(0, equals).trim();
    if (entries === undefined) throw new Problem('profile.invalid', `${place(line)}: a key before the first [profile]`);
    if (!/^\w+$/.test(key)) throw new Problem('profile.invalid', `${place(line)}: the name before = is no key`);
    const before = entries.get(key);
    if (before) throw new Problem('profile.invalid', `${place(line)}: ${key} stands already in line ${before.line}`);
    entries.set(key, {key, line, value: decode(key, body.slice(equals + 1), `${place(line)}: ${key}`)});
  }
  return [...sections.values()];
}

function decode(key: string, afterEquals: string, what: string): string {
  const value = afterEquals.trim();
  const single = /^'([^']*)'(.*)$/.exec(value);
  const double = /^("(?:[^"\\]|\\.)*")(.*)$/.exec(value);
  const quoted = single ?? double;
  if (quoted && !/^\s*$|^\s+[;#]/.test(quoted[2] ?? '')) {
    throw new Problem('profile.invalid', `${what}: text after the closing quote; write \\" for a quote inside "…"`);
  }
  if (single) return single[1] ?? '';
  if (double) {
    const decoded: unknown = ini.unsafe(double[1] ?? '');
    // `ini` gives the text back as it is, quotes and all, when it is no string of JSON.
    if (typeof decoded !== 'string' || decoded === double[1]) {
      throw new Problem('profile.invalid', `${what}: not understood inside "…"; write \\\\ for a backslash`);
    }
    return decoded;
  }
  if (/^["']/.test(value)) throw new Problem('profile.invalid', `${what}: the closing quote is missing`);
  const decoded = String(ini.unsafe(value));
  refuseLoss(key, afterEquals, decoded, what);
  return decoded;
}

/**
 * `ini` ends an unquoted value at ; and #. That is a comment after a blank, and a loss otherwise. A secret must be read
 * exactly as it stands: `ini` also takes a backslash out of `\\`, `\;` and `\#`.
 */
function refuseLoss(key: string, afterEquals: string, decoded: string, what: string): void {
  const isSecret = keyNamed(key.toLowerCase())?.kind === 'secret';
  if (isSecret && decoded !== afterEquals.trim())
    throw new Problem('profile.cut', `${what} has an unquoted ;, # or double backslash`);
  const cut = /(?<!\\)(?:\\\\)*[;#]/.exec(afterEquals);
  if (!cut) return;
  const beforeIt = afterEquals.slice(0, cut.index + cut[0].length - 1);
  if (!/\s$/.test(beforeIt)) throw new Problem('profile.cut', `${what} has an unquoted ; or #`);
}
