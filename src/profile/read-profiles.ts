import {constants, type Stats} from 'node:fs';
import {open} from 'node:fs/promises';
import {homedir} from 'node:os';
import {join, resolve} from 'node:path';
import {Problem} from '../problems/problem.ts';
import {buildProfile} from './build-profile.ts';
import {readIni} from './ini.ts';
import {keyNamed} from './keys.ts';
import type {Profile} from './profile.ts';
import {modeOf, refuseStrangers} from './strangers.ts';

export type Profiles = {
  /** The file that was read, or would have been: it need not exist when nobody named it. */
  readonly file: string;
  readonly profiles: readonly Profile[];
};

/**
 * Reads profiles.ini: the file of `--profiles`, of WINDSOCK_PROFILES, or $XDG_CONFIG_HOME/windsock/profiles.ini.
 * With `mayBeMissing` also one that somebody named need not be there yet.
 * Throws `profile.unreadable`, `profile.unsafe`, `profile.cut` or `profile.invalid`.
 */
export async function readProfiles(
  path?: string,
  env: NodeJS.ProcessEnv = process.env,
  {mayBeMissing = false} = {},
): Promise<Profiles> {
  const {file, isNamed} = profilesFile(path, env);
  const content = await readText(file);
  if (content === undefined) {
    if (isNamed && !mayBeMissing) throw new Problem('profile.unreadable', `${file} does not exist`);
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

/** Which file is meant, whether it exists or not, and whether somebody named it. */
export function profilesFile(
  path?: string,
  env: NodeJS.ProcessEnv = process.env,
): {readonly file: string; readonly isNamed: boolean} {
  const named = path ?? (env.WINDSOCK_PROFILES || undefined);
  return named === undefined ? {file: defaultFile(env), isNamed: false} : {file: resolve(named), isNamed: true};
}

/** The base directory specification of freedesktop.org: a relative $XDG_CONFIG_HOME does not count. */
function defaultFile(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_CONFIG_HOME?.startsWith('/') ? env.XDG_CONFIG_HOME : join(env.HOME || homedir(), '.config');
  return join(base, 'windsock', 'profiles.ini');
}

async function readText(file: string): Promise<{text: string; status: Stats} | undefined> {
  try {
    // Does not wait for the other end of a pipe.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      // Of the very file that is read, not of one that took its name since.
      const status = await handle.stat();
      if (!status.isFile()) throw new Problem('profile.unreadable', `${file} is no regular file`);
      return {status, text: new TextDecoder('utf-8', {fatal: true}).decode(await handle.readFile())};
    } finally {
      await handle.close();
    }
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') throw new Problem('profile.unreadable', `${file} is not UTF-8`);
    if (error instanceof Problem || code === undefined) throw error;
    throw new Problem('profile.unreadable', `${file} (${code})`);
  }
}
