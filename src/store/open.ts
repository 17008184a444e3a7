import type {Agent} from '../host/agent.ts';
import type {S3Options, StoreAddress} from './address.ts';
import {folderStore} from './folder.ts';
import {hostFolderStore} from './host-folder.ts';
import {s3Store} from './s3.ts';
import type {Store} from './store.ts';

/** `agent`: of the host, for a folder there. */
export function openStore(address: StoreAddress, agent: () => Agent, s3: S3Options = {}): Store {
  if (address.kind === 's3') return s3Store(address.bucket, address.prefix, s3);
  return address.kind === 'folder' ? folderStore(address.folder) : hostFolderStore(agent(), address.folder);
}
