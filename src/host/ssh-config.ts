import {spawn} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import {accountHome} from './account.ts';
import {endGroup} from './end-group.ts';

/** The options of ssh for one host: names in small letters, values in their order, tokens as they stand. */
export type SshOptions = ReadonlyMap<string, readonly string[]>;

export type SshConfigQuestion = {
  /** The name to look up, as a person would say it to ssh. */
  readonly host: string;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  /** As `ssh -F`: in place of ~/.ssh/config and /etc/ssh/ssh_config; "none" reads nothing. */
  readonly file?: string | undefined;
};

export type AskOptions = {
  /** Default "ssh". */
  readonly program?: string;
  /** Default 10,000: a `Match exec` of the configuration may hang. */
  readonly withinMs?: number;
};

/**
 * What the user's configuration says about a host: asked of ssh itself (`ssh -G`) where there is one, since only it
 * follows Include, Match and canonical names. Throws `host.ssh-config`.
 */
export async function sshOptions(question: SshConfigQuestion, options: AskOptions = {}): Promise<SshOptions> {
  if (question.file === 'none') return new Map();
  const said = await askSsh(question, options);
  return said === undefined ? readByPackage(question) : parseAnswer(said);
}

/** What `ssh -G` prints; undefined where there is no ssh. */
async function askSsh(
  {host, port, user, file}: SshConfigQuestion,
  {program = 'ssh', withinMs = 10_000}: AskOptions,
): Promise<string | undefined> {
  const argv = [
    '-G',
    ...(file === undefined ? [] : ['-F', file]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(user === undefined ? [] : ['-l', user]),
    '--',
    host,
  ];
  const {promise, resolve, reject} = Promise.withResolvers<string | undefined>();
  // A group of its own, without a terminal: what a Match runs must not ask on ours, and ends with it.
  const child = spawn(program, argv, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: {...process.env, LC_ALL: 'C'},
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-4096);
  });
  const fail = (why: string) => reject(new Problem('host.ssh-config', `${host}: ${why}`));
  const timer = setTimeout(() => {
    endGroup(child, 'SIGKILL');
    fail(`ssh -G did not answer within ${withinMs / 1000} s`);
  }, withinMs);
  child.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') resolve(undefined);
    else fail(`ssh could not be started (${error.code})`);
  });
  child.once('close', code => {
    if (code === 0) resolve(stdout);
    else
      fail(
        oneLine(
          stderr
            .trim()
            .split('\n')
            .find(line => !line.startsWith('Pseudo-terminal')) ?? `exit code ${code}`,
          300,
        ),
      );
  });
  return promise.finally(() => clearTimeout(timer));
}

function parseAnswer(text: string): SshOptions {
  const options = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, name = '', value = ''] = /^(\S+) (.*)$/.exec(line) ?? [];
    if (name !== '') options.set(name.toLowerCase(), [...(options.get(name.toLowerCase()) ?? []), value]);
  }
  return options;
}

/** By the package `ssh-config`, which does less than ssh: what it does not know is refused, not overlooked. */
async function readByPackage({host, user, file}: SshConfigQuestion): Promise<SshOptions> {
  const files = file === undefined ? [`${accountHome()}/.ssh/config`, '/etc/ssh/ssh_config'] : [file];
  const text = (await Promise.all(files.map(textOf))).join('\n');
  // Debian's own file includes a folder that is empty as a rule; it cannot hold anything about a host of the user.
  const own = text.replace(/^\s*Include\s+\/etc\/ssh\/ssh_config\.d\/\S*\s*$/gim, '');
  const unknown = /^\s*(Include|Match)\b/im.exec(own);
  if (unknown !== null) {
    throw new Problem(
      'host.ssh-config',
      `${files[0]} has ${unknown[1]}, which only ssh itself can follow, and there is no ssh here`,
    );
  }
  const {default: SSHConfig} = await import('ssh-config');
  const found = SSHConfig.parse(own).compute({Host: host, ...(user !== undefined && {User: user})});
  return new Map(Object.entries(found).map(([name, value]) => [name.toLowerCase(), [value].flat()]));
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return '';
    throw new Problem('host.ssh-config', `${file} cannot be read (${code})`);
  }
}
