import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {inspect} from 'node:util';
import {expect, test} from 'vitest';
import {Problem} from '../../../src/problems/problem.ts';
import {literalSecret, secretFromCommand, secretFromEnvironment} from '../../../src/profile/secrets.ts';
import {newFolder} from '../host/folder.ts';
import {ended} from '../host/processes.ts';

const problemOf = async (secret: () => Promise<string>): Promise<Problem> => {
  const outcome = await secret().catch((error: unknown) => error);
  if (!(outcome instanceof Problem)) throw new Error('no problem came');
  expect(outcome.code).toBe('profile.secret');
  return outcome;
};

test('a variable is read when the secret is asked for', async () => {
  const env: NodeJS.ProcessEnv = {};
  const secret = secretFromEnvironment('password_env', 'PW', env);
  expect((await problemOf(secret)).detail).toBe('password_env: the environment variable PW is not set');
  env.PW = 'later';
  expect(await secret()).toBe('later');
});

test('of a command the first line counts, without its end, blanks and all', async () => {
  expect(await secretFromCommand('k', String.raw`printf ' pa ss \r\nurl: x\n'`)()).toBe(' pa ss ');
  expect(await secretFromCommand('k', 'printf no-newline; cat')()).toBe('no-newline');
});

test('what a command printed is remembered for five minutes, unless a fresh one is wanted', async () => {
  const file = join(await newFolder(), 'calls');
  let nowMs = 0;
  const secret = secretFromCommand('k', `echo x >> ${file}; wc -l < ${file}`, {now: () => nowMs});
  expect([await secret(), await secret()]).toEqual(['1', '1']);
  expect(await Promise.all([secret({fresh: true}), secret({fresh: true}), secret()])).toEqual(['2', '2', '2']);
  nowMs = 299_999;
  expect(await secret()).toBe('2');
  nowMs = 300_000;
  expect(await secret()).toBe('3');
});

test('a failed command is explained by its last words, never by its output', async () => {
  const problem = await problemOf(
    secretFromCommand(
      'password_command',
      `echo hunter2; printf 'gpg: \\033[31mno key\\033[0m\\nhunter2 was not it\\n\\n' >&2; exit 2`,
    ),
  );
  expect(problem.detail).toBe('password_command: the command failed with exit code 2: •••• was not it');
  expect(inspect(problem)).not.toContain('hunter2');
  expect((await problemOf(secretFromCommand('k', 'true'))).detail).toBe('k: the command printed nothing');
  expect((await problemOf(secretFromCommand('k', 'kill -9 $$'))).detail).toBe('k: the command was ended by SIGKILL');
  expect((await problemOf(secretFromCommand('k', 'no-such-program-here'))).detail).toContain('exit code 127');
});

test('a command that hangs is ended with all that it started', async () => {
  const started = performance.now();
  const problem = await problemOf(secretFromCommand('k', 'sleep 30 & sleep 30', {timeoutMs: 150}));
  expect(problem.detail).toBe('k: the command did not end within 0.15 s');
  expect(performance.now() - started).toBeLessThan(5000);
});

test('a command does not outlive this process', async () => {
  const pidFile = join(await newFolder(), 'pid');
  const program = `
    import {existsSync} from 'node:fs';
    import {secretFromCommand} from '${new URL('../../../src/profile/secrets.ts', import.meta.url)}';
    const file = ${JSON.stringify(pidFile)};
    secretFromCommand('k', \`echo $$ > \${file}.new; mv \${file}.new \${file}; sleep 1000\`)();
    setInterval(() => existsSync(file) && process.exit(0), 10);
  `;
  const flags = ['--experimental-strip-types', '--no-warnings', '--input-type=module', '--eval', program];
  await once(spawn(process.execPath, flags, {stdio: 'ignore'}), 'exit');
  await ended(Number(await readFile(pidFile, 'utf8')));
});

test('what a command said is kept for five minutes and joined while it runs; a failure is not kept', async () => {
  let nowMs = 0;
  const secret = secretFromCommand('k', 'date +%s%N', {now: () => nowMs});
  const [first, joined] = await Promise.all([secret(), secret()]);
  expect(joined).toBe(first);
  nowMs = 299_999;
  expect(await secret()).toBe(first);
  nowMs = 300_000;
  expect(await secret()).not.toBe(first);

  const failing = secretFromCommand('k', 'exit 3');
  await problemOf(failing);
  expect((await problemOf(failing)).detail).toContain('exit code 3');
});

test('printing a secret shows nothing of it', () => {
  const secrets = [
    literalSecret('hunter2'),
    secretFromCommand('k', 'echo hunter2'),
    secretFromEnvironment('k', 'V', {V: 'hunter2'}),
  ];
  expect(inspect(secrets, {depth: 9, showHidden: true}) + JSON.stringify(secrets)).not.toContain('hunter2');
});
