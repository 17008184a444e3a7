export type Version = {readonly text: string; readonly major: 2 | 3; readonly minor: number};

/** Reads "2.11.0", "3.1.0b1", "2.10.5+composer"; undefined for what windsock does not know. */
export function readVersion(text: string): Version | undefined {
  const [, major, minor] = /^([23])\.(\d+)/.exec(text) ?? [];
  return major === undefined ? undefined : {text, major: major === '2' ? 2 : 3, minor: Number(minor)};
}

export function atLeast(version: Version, since: Release): boolean {
  const [major, minor] = since.split('.').map(Number) as [number, number];
  return version.major > major || (version.major === major && version.minor >= minor);
}

/** "MAJOR.MINOR" */
export type Release = `${2 | 3}.${number}`;

/** From which version on, and before which one. */
export type Range = {readonly since?: Release; readonly until?: Release};

export function isWithin(version: Version, {since, until}: Range): boolean {
  return !(since && !atLeast(version, since)) && !(until && atLeast(version, until));
}
