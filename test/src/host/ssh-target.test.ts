import {execFileSync} from 'node:child_process';
import {chmod, writeFile} from 'node:fs/promises';
import {homedir, userInfo} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {sshOptions} from '../../../src/host/ssh-config.ts';
import {resolveTarget, type SshAddress, type SshTarget, targetOf} from '../../../src/host/ssh-target.ts';
import {newFolder} from './folder.ts';

const af1: SshAddress = {kind: 'ssh', name: 'af-1', host: 'af-1', identityFiles: [], knownHostsFiles: []};

async function configured(lines: string, address: Partial<SshAddress> = {}): Promise<SshTarget> {
  const configFile = join(await newFolder(), 'config');
  await writeFile(configFile, `${lines}\n`);
  return resolveTarget({...af1, ...address, configFile});
}

/** The same by the package, as where there is no ssh. */
async function withoutSsh(lines: string, host = 'af-1'): Promise<SshTarget> {
  const file = join(await newFolder(), 'config');
  await writeFile(file, `${lines}\n`);
  const address = {...af1, host, configFile: file};
  return targetOf(address, await sshOptions({host, file}, {program: '/no/such/ssh'}));
}

const mine = userInfo().homedir;

describe('a target', () => {
  test('is what ssh would take, where the profile says nothing', async () => {
    const target = await configured(`
      Host af-*
        HostName %h.example.com
        Port 2222
        User deploy
        IdentityFile ~/.ssh/%r_%n
        IdentitiesOnly yes
        IdentityAgent /run/%u/agent
        UserKnownHostsFile ~/kh_%p /etc/more
        GlobalKnownHostsFile none
        HostKeyAlias key-of-%n
        HashKnownHosts yes
        ConnectTimeout 7`);
    expect(target).toMatchObject({
      name: 'af-1',
      host: 'af-1.example.com',
      port: 2222,
      user: 'deploy',
      identities: [{path: `${mine}/.ssh/deploy_af-1`, isNamed: true}],
      identitiesOnly: true,
      agent: `/run/${userInfo().username}/agent`,
      knownHostsFiles: [`${mine}/kh_2222`, '/etc/more'],
      hostKeyAlias: 'key-of-af-1',
      hashNames: true,
      connectMs: 7000,
      unknownKey: 'ask',
      way: {by: 'network'},
    });
  });

  test('is as the profile says, where it says something', async () => {
    const target = await configured(
      'User deploy\nPort 2222\nIdentityFile /a\nUserKnownHostsFile /b\nIdentityAgent none',
      {
        port: 22,
        user: 'ops',
        identityFiles: ['/mine'],
        knownHostsFiles: ['/known'],
        agent: '/run/agent',
      },
    );
    expect(target).toMatchObject({
      port: 22,
      user: 'ops',
      identities: [{path: '/mine', isNamed: true}],
      knownHostsFiles: ['/known'],
      agent: undefined,
    });
  });

  test('has the keys that are there by default as those that may be missing', async () => {
    const {identities, agent} = await configured('Host other\n  Port 1', {agent: '/run/agent'});
    expect(identities.map(({path}) => path)).toContain(`${mine}/.ssh/id_ed25519`);
    expect(identities.some(({isNamed}) => isNamed)).toBe(false);
    expect(agent).toBe('/run/agent');
  });

  test.each([
    ['yes', 'refuse'],
    ['ask', 'ask'],
    ['accept-new', 'accept'],
    ['no', 'accept'],
  ])('with StrictHostKeyChecking %s: an unknown key is for: %s', async (value, unknownKey) => {
    expect(await configured(`StrictHostKeyChecking ${value}`)).toMatchObject({unknownKey});
  });

  test('is reached over other hosts, or by a command', async () => {
    expect((await configured('ProxyJump bastion,ops@[::1]:2222')).way).toEqual({
      by: 'jump',
      hops: [
        {host: 'bastion', port: undefined, user: undefined},
        {host: '::1', port: 2222, user: 'ops'},
      ],
    });
    expect((await configured('ProxyJump ssh://a@b:3')).way).toEqual({
      by: 'jump',
      hops: [{host: 'b', port: 3, user: 'a'}],
    });
    expect((await configured('ProxyCommand nc -x 100%% %h %p')).way).toEqual({
      by: 'command',
      command: 'nc -x 100% af-1 22',
    });
    expect((await configured('ProxyJump none\nProxyCommand none')).way).toEqual({by: 'network'});
  });

  test('without any configuration has the defaults of ssh', async () => {
    expect(await resolveTarget({...af1, configFile: 'none'})).toMatchObject({
      host: 'af-1',
      port: 22,
      user: userInfo().username,
      knownHostsFiles: [join(homedir(), '.ssh', 'known_hosts'), '/etc/ssh/ssh_known_hosts'],
      connectMs: 10_000,
    });
  });

  test('a name like an option is none', async () => {
    const mark = join(await newFolder(), 'mark');
    await expect(configured('', {host: `-oProxyCommand=touch ${mark}`})).rejects.toMatchObject({
      code: 'host.ssh-config',
    });
    expect(() => execFileSync('test', ['-e', mark])).toThrow();
  });

  test('a configuration with a mistake is told in the words of ssh', async () => {
    await expect(configured('Prot 22')).rejects.toMatchObject({
      code: 'host.ssh-config',
      detail: expect.stringMatching(/^af-1: .*config: line 1: Bad configuration option: prot/i),
    });
  });

  test('a configuration that hangs is ended, with what it started', async () => {
    const folder = await newFolder();
    const program = join(folder, 'ssh');
    await writeFile(program, '#!/bin/sh\nsleep 1000 &\nwait\n');
    await chmod(program, 0o755);
    await expect(sshOptions({host: 'af-1'}, {program, withinMs: 200})).rejects.toMatchObject({
      code: 'host.ssh-config',
      detail: 'af-1: ssh -G did not answer within 0.2 s',
    });
  });
});

describe('where there is no ssh', () => {
  const config = `
# A comment
Host af-1 "af 2"
  HostName 10.0.0.1
  User deploy
  IdentityFile ~/.ssh/a
  IdentityFile ~/.ssh/b
Host *.example.com !db.example.com
  Port 2222
  ProxyJump bastion
Host af-?
  Port 2200
Host *
  User nobody
  StrictHostKeyChecking yes`;

  test.each(['af-1', 'af-9', 'web.example.com', 'db.example.com', 'else'])('%s is as ssh has it', async host => {
    const bySsh = await configured(config, {host});
    const {identities, knownHostsFiles, hashNames, ...rest} = await withoutSsh(config, host);
    expect(bySsh).toMatchObject(rest);
    expect(identities.filter(({isNamed}) => isNamed)).toEqual(bySsh.identities.filter(({isNamed}) => isNamed));
    expect(bySsh.knownHostsFiles).toEqual(expect.arrayContaining([...knownHostsFiles]));
    expect(hashNames).toBeUndefined();
  });

  test.each(['Include other', 'Match host af-1\n  User x'])('%s is refused, not overlooked', async lines => {
    await expect(withoutSsh(lines)).rejects.toMatchObject({code: 'host.ssh-config'});
  });
});
