import {randomBytes} from 'node:crypto';
import {join} from 'node:path';
import type {Profile} from '../profile/profile.ts';
import {ApiServer} from './api/api-server.ts';
import {Tokens} from './api/tokens.ts';
import {type Clock, realClock} from './clock.ts';
import {makeFolder} from './files/folder.ts';
import {writeLogTree} from './files/log-tree.ts';
import {keepLogs} from './files/running-log.ts';
import {writeFiles} from './files/write-files.ts';
import {WorldSocket} from './machine/ask.ts';
import {Shell} from './machine/shell.ts';
import {SshServer, sshUser} from './machine/ssh-server.ts';
import {writeStandIns} from './machine/stand-ins.ts';
import {World} from './world/world.ts';

export type DemoOptions = {
  /** How many times faster than in a real installation things go. Default 1. */
  readonly speed?: number;
  /** In place of the real clock; then `speed` has no meaning. */
  readonly clock?: Clock;
};

/** The built-in installation: an Airflow API and an SSH host on loopback, over a temporary folder. */
export type Demo = {
  /** It is opened like any other. */
  readonly profile: Profile;
  /** What is behind it, for tests. */
  readonly world: World;
  /** The temporary folder. */
  readonly folder: string;
  /** Settles when all log files are there; the servers answer before. */
  readonly filled: Promise<void>;
  /** The pids of the commands that run on the host now. */
  pids(): readonly number[];
  /** Ends commands and servers and removes the temporary folder. */
  close(): Promise<void>;
  /** The same at once, for handlers of the end of the process: commands are killed, the folder is gone when it returns. */
  closeNow(): void;
};

/** Starts the demo. Its servers take connections when this settles. */
export async function openDemo({speed = 1, clock = realClock(speed)}: DemoOptions = {}): Promise<Demo> {
  const world = new World(clock);
  const folder = makeFolder();
  const password = randomBytes(9).toString('base64url');
  const user = 'admin';
  const tokens = new Tokens(() => clock.now());
  const api = new ApiServer({world, tokens, user, password, dagsFolder: folder.dags});
  const shell = new Shell(world, folder);
  const ssh = new SshServer(shell);
  const socket = new WorldSocket(world, folder);
  writeStandIns(folder);
  await Promise.all([api.listen(true), ssh.listen(true), socket.open()]);
  writeFiles(world, folder, api.port);
  const {identityFile, knownHostsFile} = ssh.writeKeys(folder);
  world.on('reach', () => {
    api.listen(world.apiListens());
    ssh.listen(world.hostListens());
  });
  keepLogs(world, folder);

  const closing = new AbortController();
  const filled = writeLogTree(world, folder, closing.signal);
  const end = () => {
    closing.abort();
    world.stop();
    shell.endAll();
    return Promise.all([api.listen(false), ssh.listen(false), socket.close(), filled]);
  };
  let closed: Promise<void> | undefined;
  return {
    profile: {
      name: 'demo',
      api: {
        url: `http://127.0.0.1:${api.port}`,
        login: {kind: 'password', user, password: async () => password},
        timeoutMs: 15_000,
        insecure: false,
      },
      hosts: [
        {
          kind: 'ssh',
          name: 'demo-1',
          host: '127.0.0.1',
          port: ssh.port,
          user: sshUser,
          identityFiles: [identityFile],
          knownHostsFiles: [knownHostsFile],
          configFile: 'none',
        },
      ],
      become: 'sudo',
      archive: {kind: 'folder', folder: join(folder.root, 'archive')},
      protect: false,
      readOnly: false,
    },
    world,
    folder: folder.root,
    filled,
    pids: () => shell.pids(),
    close: () => {
      closed ??= end().then(() => folder.remove());
      return closed;
    },
    closeNow: () => {
      end();
      folder.removeNow();
    },
  };
}
