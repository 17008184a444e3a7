import {join} from 'node:path';
import {asAirflow} from '../../config/as-airflow.ts';
import {withAgent} from '../../host/agent.ts';
import type {Volume} from '../../host/agent-answers.ts';
import type {Operation} from '../../operations/operation.ts';
import {Problem} from '../../problems/problem.ts';
import {type S3Options, type StoreAddress, storeText} from '../../store/address.ts';
import {realPathOf} from '../../store/folder.ts';
import {openStore} from '../../store/open.ts';
import {type CleanContext, type Fate, type LoggingPlaces, type Notes, planCleanUp} from '../clean-up.ts';
import type {Listing} from '../listing.ts';
import type {CleanPlan} from '../plan.ts';
import type {Rule} from '../rule.ts';
import {hostFolder} from './name.ts';
import {archiveSteps} from './steps.ts';
import {archiveTitle, growingStay, intoLine, noRoom, sameVolume} from './words.ts';

/** Where the archive is. */
export type ArchivePlace = {readonly address: StoreAddress; readonly s3?: S3Options | undefined};

/** Moves logs by a rule into archives: what a clean-up would delete, each file only when its copy was read back. */
export function archiveLogs(context: CleanContext, rule: Rule, place: ArchivePlace, listing?: Listing): Operation {
  const {name} = context.host;
  return {
    id: 'logs.archive',
    title: `Archive logs of ${name} in ${storeText(place.address)}`,
    plan: signal => planCleanUp(context, rule, archived(context, place), listing, signal),
  };
}

function archived(context: CleanContext, {address, s3}: ArchivePlace): Fate {
  const where = storeText(address);
  return {
    verb: 'archive',
    title: (host, root) => archiveTitle(host, root, where),
    look: (found, root, signal) => look(context, {address, s3}, found, root, signal),
    walk: deletion =>
      archiveSteps(deletion, {
        where,
        open: agent => openStore(address, () => agent, s3),
        folder: address.kind === 'host' ? address.folder : undefined,
      }),
    facts: {into: where},
  };
}

/** Throws what the place answers to somebody who looks. */
async function look(
  {host, cleaned}: CleanContext,
  {address, s3}: ArchivePlace,
  found: LoggingPlaces,
  logFolder: string,
  signal: AbortSignal,
): Promise<Notes> {
  const root = logFolder.replace(/\/+$/, '');
  if (await isInLogs(address, host.name, root, cleaned.address === 'local'))
    throw new Problem('archive.in-logs', storeText(address));
  const volumes = async (): Promise<readonly Volume[]> =>
    address.kind === 'host'
      ? withAgent(host, asAirflow(found), agent => agent.volumes([root, address.folder], signal))
      : [];
  const [logs, there] = await volumes();
  const isSame = logs !== undefined && logs.mountPoint === there?.mountPoint;
  const freeBytes = there?.availableBytes ?? (await roomOf({address, s3}, signal));
  return {
    details: [intoLine(storeText(address))],
    warningsOf: (plan: CleanPlan) => [
      ...(isSame ? [sameVolume] : []),
      ...(freeBytes !== undefined && freeBytes < plan.bytes ? [noRoom(freeBytes, plan.bytes)] : []),
      ...(plan.emptied.files === 0 ? [] : [growingStay(plan.emptied.files)]),
    ],
  };
}

/** By links on the host, too, is found out there. */
async function isInLogs(address: StoreAddress, host: string, root: string, isHere: boolean): Promise<boolean> {
  if (address.kind === 's3' || (address.kind === 'folder' && !isHere)) return false;
  const folder = join(address.folder, hostFolder(host));
  const isBelow = (path: string, above: string) => `${path}/`.startsWith(`${above}/`);
  return isBelow(folder, root) || (isHere && isBelow(await realPathOf(folder), await realPathOf(root)));
}

async function roomOf({address, s3}: ArchivePlace, signal: AbortSignal): Promise<number | undefined> {
  if (address.kind === 'host') return undefined;
  const store = openStore(
    address,
    () => {
      throw new Error('no agent is needed for this');
    },
    s3,
  );
  try {
    return (await store.look(signal)).freeBytes;
  } finally {
    store.close();
  }
}
