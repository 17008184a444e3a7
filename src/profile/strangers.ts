import type {Stats} from 'node:fs';
import {Problem} from '../problems/problem.ts';

/** Throws `profile.unsafe` where another user could write the file: its commands run as us, whatever else it holds. */
export function refuseStrangers(file: string, status: Stats): void {
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

/** "0640" */
export const modeOf = ({mode}: Stats): string => (mode & 0o777).toString(8).padStart(4, '0');
