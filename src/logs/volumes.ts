import {dirname} from 'node:path/posix';
import type {Installation} from '../config/installation.ts';
import type {Agent} from '../host/agent.ts';
import type {Profile} from '../profile/profile.ts';
import type {Growth} from './growth.ts';

/** What a watched folder holds, in the administrator's words. */
export type Role = 'logs' | 'DAGs' | 'database' | 'AIRFLOW_HOME' | 'data' | 'journal' | 'temporary files';

export type WatchedFolder = {readonly path: string; readonly role: Role};

/** One file system of a host, and what of Airflow is on it. */
export type Volume = {
  readonly host: string;
  readonly mountPoint: string;
  /** The number of the device: the same for folders on the same file system. */
  readonly device: string;
  readonly roles: readonly Role[];
  readonly folders: readonly WatchedFolder[];
  readonly totalBytes: number;
  readonly usedBytes: number;
  /** Free to the Airflow user; root's reserve is not in it. */
  readonly freeBytes: number;
  /** 0 where the file system has no fixed number of inodes. */
  readonly totalInodes: number;
  readonly freeInodes: number;
  /** Free to root alone. */
  readonly reservedBytes: number;
  /** Undefined until it was seen long enough. */
  readonly growth?: Growth;
};

type Places = Pick<
  Installation,
  'airflowHome' | 'logFolder' | 'otherLogFolders' | 'dagsFolder' | 'databaseFile' | 'environments'
>;

/** As Python finds it: $TMPDIR of a unit, or /tmp. */
function temporaryFolders({environments}: Pick<Installation, 'environments'>): readonly string[] {
  const found = environments.map(({variables}) => variables.get('TMPDIR')?.value ?? '/tmp');
  return found.length === 0 ? ['/tmp'] : [...new Set(found)];
}

/** The folders whose file systems stop Airflow when they are full. */
export function watchedFolders(installation: Places, profile: Pick<Profile, 'data'>): WatchedFolder[] {
  const {logFolder, otherLogFolders, dagsFolder, databaseFile, airflowHome} = installation;
  const folders: readonly WatchedFolder[] = [
    ...[logFolder, ...otherLogFolders].map(path => ({path, role: 'logs'}) as const),
    {path: dagsFolder, role: 'DAGs'},
    ...(databaseFile === undefined ? [] : [{path: dirname(databaseFile), role: 'database'} as const]),
    {path: airflowHome, role: 'AIRFLOW_HOME'},
    ...(profile.data === undefined ? [] : [{path: profile.data, role: 'data'} as const]),
    {path: '/var/log/journal', role: 'journal'},
    ...temporaryFolders(installation).map(path => ({path, role: 'temporary files'}) as const),
  ];
  return folders.filter(({path}) => path.startsWith('/'));
}

/**
 * The file systems that the folders are on, in the order of the folders; for a folder that does not exist yet, that of the
 * nearest one above it. Throws what the agent throws.
 */
export async function readVolumes(
  host: string,
  agent: Pick<Agent, 'volumes'>,
  folders: readonly WatchedFolder[],
): Promise<Volume[]> {
  const measured = await agent.volumes([...new Set(folders.map(({path}) => path))]);
  const byDevice = Map.groupBy(measured, ({device, mountPoint}) => `${device} ${mountPoint}`);
  return [...byDevice.values()].flatMap(group => {
    const [volume] = group;
    if (volume === undefined) return [];
    const paths = new Set(group.map(({path}) => path));
    const own = folders.filter(({path}) => paths.has(path));
    const {mountPoint, device, totalBytes, totalInodes, freeInodes} = volume;
    return {
      host,
      mountPoint,
      device,
      roles: [...new Set(own.map(({role}) => role))],
      folders: own,
      totalBytes,
      usedBytes: totalBytes - volume.freeBytes,
      freeBytes: volume.availableBytes,
      totalInodes,
      freeInodes,
      reservedBytes: Math.max(0, volume.freeBytes - volume.availableBytes),
    };
  });
}
