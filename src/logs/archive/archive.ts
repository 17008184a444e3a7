import {withAgent} from '../../host/agent.ts';
import type {Volume} from '../../host/agent-answers.ts';
import type {Operation} from '../../operations/operation.ts';
import {Problem} from '../../problems/problem.ts';
import {type S3Options, type StoreAddress, storeText} from '../../store/address.ts';
import {openStore} from '../../store/open.ts';
import {agentOptions, type CleanContext, type Fate, type LoggingPlaces, type Notes, planCleanUp} from '../clean-up.ts';
import type {Listing} from '../listing.ts';
import type {CleanPlan} from '../plan.ts';
import type {Rule} from '../rule.ts';
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
  {host}: CleanContext,
  {address, s3}: ArchivePlace,
  found: LoggingPlaces,
  logFolder: string,
  signal: AbortSignal,
): Promise<Notes> {
  const root = logFolder.replace(/\/+$/, '');
  if (address.kind === 'host' && `${address.folder}/`.startsWith(`${root}/`))
    throw new Problem('archive.in-logs', address.folder);
  const volumes = async (): Promise<readonly Volume[]> =>
    address.kind === 'host'
      ? withAgent(host, agentOptions(found), agent => agent.volumes([root, address.folder], signal))
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
