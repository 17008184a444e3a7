import {Problem} from '../problems/problem.ts';
import {clean, masked} from '../text.ts';
import {buildProfile} from './build-profile.ts';
import {readIni} from './ini.ts';
import {type KeyName, keyNamed} from './keys.ts';
import type {Profile} from './profile.ts';

/** A section of profiles.ini that is to be written: its keys with their values, in this order. */
export type Section = {readonly name: string; readonly entries: readonly (readonly [KeyName, string])[]};

/** As it will stand in the file. Throws `profile.invalid` for what could not be read back as it is. */
export const sectionText = (section: Section): string => text(section, (_, value) => value);

/** The same without its secrets, to show. */
export const shownSection = (section: Section): string =>
  text(section, (key, value) => (isSecret(key) ? masked : value));

function text({name, entries}: Section, shown: (key: KeyName, value: string) => string): string {
  const mistake = nameMistake(name);
  if (mistake !== undefined) throw new Problem('profile.invalid', `the name of the profile: ${mistake}`);
  return [`[${name}]`, ...entries.map(([key, value]) => `${key} = ${shown(key, quoted(key, value))}`), ''].join('\n');
}

/** What is wrong with the name of a profile, in a sentence; undefined when nothing is. */
export function nameMistake(name: string): string | undefined {
  if (name.trim() === '') return 'A profile needs a name.';
  if (name !== name.trim()) return 'It must not begin or end with a blank.';
  if (name.includes(']')) return 'It must not have a ].';
  return clean(name) === name && !/\p{Cc}/u.test(name) ? undefined : 'It has characters that cannot be seen.';
}

/** The profile that the section makes, without a file. Throws `profile.invalid`. */
export function profileOf(section: Section, file: string, env: NodeJS.ProcessEnv): Profile {
  const place = () => `[${section.name}]`;
  const [read] = readIni(sectionText(section), place);
  if (read === undefined) throw new Error('a section was lost');
  return buildProfile(read, file, place, env);
}

const isSecret = (key: KeyName): boolean => keyNamed(key)?.kind === 'secret';

/** What every reader of such files takes for itself: no quote, no comment, no backslash, no blank at an end. */
const plain = /^[\p{L}\p{N}_./:@+~=$-]+(?:[ ,]+[\p{L}\p{N}_./:@+~=$-]+)*$/u;

function quoted(key: KeyName, value: string): string {
  if (value === '') throw new Problem('profile.invalid', `${key} has no value`);
  if (/\p{Cc}/u.test(value)) throw new Problem('profile.invalid', `${key} has a control character`);
  if (!value.isWellFormed()) throw new Problem('profile.invalid', `${key} has half a character`);
  return plain.test(value) ? value : JSON.stringify(value);
}
