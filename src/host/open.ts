import type {HostAddress} from '../profile/profile.ts';
import type {Host} from './host.ts';
import {openLocalHost} from './local.ts';
import {openSshHost, type SshHostOptions} from './ssh.ts';

/** Opens a host of a profile by the adapter for its address. Nothing is connected before the first command. */
export const openHost = (address: HostAddress, options: SshHostOptions): Host =>
  address.kind === 'local' ? openLocalHost({...options, name: address.name}) : openSshHost(address, options);
