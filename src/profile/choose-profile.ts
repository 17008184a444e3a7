import {Problem} from '../problems/problem.ts';
import type {Profile} from './profile.ts';

/** The profile of that name, or the only one. Throws `profile.unknown` or `profile.which`, both with the names. */
export function chooseProfile(profiles: readonly Profile[], name?: string): Profile {
  const names = profiles.map(profile => profile.name).join(', ');
  if (name === undefined) {
    const [only, second] = profiles;
    if (only === undefined) throw new Problem('profile.unknown', 'no profile is defined yet');
    if (second !== undefined) throw new Problem('profile.which', names);
    return only;
  }
  const found = profiles.find(profile => profile.name === name);
  if (!found) throw new Problem('profile.unknown', `${name} (there ${names === '' ? 'is none' : `are: ${names}`})`);
  return found;
}
