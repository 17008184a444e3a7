import type {HostAddress} from '../profile/profile.ts';
import {quote} from './quote.ts';

/**
 * The line for a shell that runs the same command on the host, by the user's own ssh; on this machine the command itself. A sudo
 * that was told its password asks for it on the terminal.
 */
export function shellLine(argv: readonly string[], address: HostAddress): string {
  const unasked = argv.map(word => word.replace(/ \| sudo -S su /, ' | sudo su '));
  const bySudo = argv[0] === 'sudo' && argv[1] === '-S';
  const asks = bySudo || unasked.some((word, index) => word !== argv[index]);
  const command = quote(bySudo ? ['sudo', ...argv.slice(2)] : unasked);
  if (address.kind === 'local') return command;
  const {host, port, user, identityFiles, knownHostsFiles, configFile, agent} = address;
  return quote([
    'ssh',
    ...(asks ? ['-t'] : []),
    ...(configFile === undefined ? [] : ['-F', configFile]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(user === undefined ? [] : ['-l', user]),
    ...identityFiles.flatMap(file => ['-i', file]),
    ...(knownHostsFiles.length === 0 ? [] : ['-o', `UserKnownHostsFile=${knownHostsFiles.map(sshWord).join(' ')}`]),
    ...(agent === undefined ? [] : ['-o', `IdentityAgent=${sshWord(agent)}`]),
    host,
    '--',
    command,
  ]);
}

/** ssh splits the values of its options at blanks. */
const sshWord = (path: string): string => (/[\s"]/.test(path) ? `"${path}"` : path);
