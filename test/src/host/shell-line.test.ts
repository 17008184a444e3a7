import {writeFile} from 'node:fs/promises';
import {userInfo} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {shellLine} from '../../../src/host/shell-line.ts';
import {pasted} from '../pasted.ts';
import {newFolder} from './folder.ts';
import {addressOf, newServer} from './ssh-hosts.ts';
import {newKey, publicKeyOf} from './ssh-server.ts';

const hostile = [`it's`, 'a b', '$HOME', '"', '\\', '!x', '*', 'é', ''];
const argv = ['printf', '<%s>', ...hostile];
const printed = hostile.map(word => `<${word}>`).join('');

test('on this machine it is the command itself', async () => {
  expect(await pasted(shellLine(argv, {kind: 'local', name: 'local'}))).toBe(printed);
});

test('on another it is the user’s own ssh, with what the profile says of the host', async () => {
  const folder = await newFolder();
  const key = newKey();
  const identity = join(folder, 'my key');
  await writeFile(identity, key, {mode: 0o600});
  const server = await newServer({
    allow: context => context.method === 'publickey' && context.key.data.equals(publicKeyOf(key)),
  });
  const knownHosts = join(folder, 'known hosts');
  const hostKey = publicKeyOf(server.hostKeys[0]).toString('base64');
  await writeFile(knownHosts, `[127.0.0.1]:${server.port} ssh-ed25519 ${hostKey}\n`);
  const address = addressOf(server, {identityFiles: [identity], knownHostsFiles: [knownHosts]});
  const line = shellLine(argv, address);
  expect(line).toContain(`-p ${server.port} -l ${userInfo().username}`);
  expect(await pasted(line)).toBe(printed);
});

test('an alias of the ssh configuration is all that is needed, where the profile says no more', async () => {
  const {port: _port, user: _user, configFile: _file, ...address} = addressOf({host: 'prod-alias', port: 0});
  expect(shellLine(['uptime'], address)).toBe('ssh prod-alias -- uptime');
});

test('a sudo that was told its password asks for it on the terminal', () => {
  const {configFile: _file, ...address} = addressOf({host: 'af-1', port: 22}, {user: 'ops'});
  expect(shellLine(['sudo', '-S', '-u', 'airflow', '--', 'id'], address)).toBe(
    "ssh -t -p 22 -l ops af-1 -- 'sudo -u airflow -- id'",
  );
  expect(shellLine(['sh', '-c', 'echo id | sudo -S su - airflow'], address)).toContain('echo id | sudo su - airflow');
});
