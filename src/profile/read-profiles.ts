import type {Stats} from 'node:fs';
import {open} from 'node:fs/promises';
import {homedir} from 'node:os';
import {join, resolve} from 'node:path';
import {Problem} from '../problems/problem.ts';
import {buildProfile} from './build-profile.ts';
import {readIni} from './ini.ts';
import {keyNamed} from './keys.ts';
import type {Profile} from './profile.ts';

export type Profiles = {
  /** The file that was read, or would have been: it need not exist when nobody named it. */
  readonly file: string;
  readonly profiles: readonly Profile[];
};

/**
 * Reads profiles.ini: the file of `--profiles`, of WINDSOCK_PROFILES, or $XDG_CONFIG_HOME/windsock/profiles.ini.
 * Throws `profile.unreadable`, `profile.unsafe`, `profile.cut` or `profile.invalid`.
 */
export async function readProfiles(path?: string, env: NodeJS.ProcessEnv = process.env): Promise<Profiles> {
  const named = path ?? (env.WINDSOCK_PROFILES || undefined);
  const file = named === undefined ? defaultFile(env) : resolve(named);
  const content = await readText(file);
  if (content === undefined) {
    if (named !== undefined) throw new Problem('profile.unreadable', `${file} does not exist`);
    return {file, profiles: []};
  }
  refuseStrangers(file, content.status);
  const place = (line: number) => `${file}, line ${line}`;
  const sections = readIni(content.text, place);
  for (const {name, entries} of sections) {
    for (const {key, line} of entries.values()) {
      if (keyNamed(key)?.kind === 'secret' && (content.status.mode & 0o044) !== 0) {
        const mode = modeOf(content.status);
        throw new Problem('profile.unsafe', `${place(line)}: ${key} of [${name}], and the file's mode is ${mode}`);
      }
    }
  }
  return {file, profiles: sections.map(section => buildProfile(section, file, place, env))};
}

/** Throws `profile.unsafe` where another user could write the file: its commands run as us, whatever else it holds. */
function refuseStrangers(file: string, status: Stats): void {
  const us = process.getuid?.();
  if (us === undefined) return;
  if (status.uid !== us && status.uid !== 0) {
    throw new Problem(
      'profile.unsafe',
      `${file} belongs to the user ${status.uid}, who could change it: chown it to you`,
    );
  }
  if ((status.mode & 0o022) !== 0) {
    throw new Problem('profile.unsafe', `others can write ${file} (mode ${modeOf(status)}): chmod go-w it`);
  }
}

const modeOf = ({mode}: Stats): string => (mode & 0o777).toString(8).padStart(4, '0');

/** The base directory specification of freedesktop.org: a relative $XDG_CONFIG_HOME does not count. */
function defaultFile(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_CONFIG_HOME?.startsWith('/') ? env.XDG_CONFIG_HOME : join(env.HOME || homedir(), '.config');
  return join(base, 'windsock', 'profiles.ini');
}

async function readText(file: string): Promise<{text: string; status: Stats} | undefined> {
  try {
    const handle = await open(file, 'r');
    try {
      // Of the very file that is read, not of one that took its name since.
      const status = await handle.stat();
      return {status, text: new TextDecoder('utf-8', {fatal: true}).decode(await handle.readFile())};
    } finally {
      await handle.close();
    }
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') throw new Problem('profile.unreadable', `${file} is not UTF-8`);
    if (code === undefined) throw error;
    throw new Problem('profile.unreadable', `${file} (${code})`);
  }
}
