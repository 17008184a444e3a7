import {describe, expect, onTestFinished, test} from 'vitest';
import {openLocalHost} from '../../../src/host/local.ts';
import {argvAs, canRun, sudoRefusal} from '../../../src/host/sudo.ts';
import {fakeSudo} from './fake-sudo.ts';

describe('the command of another user', () => {
  const ops = {become: 'sudo', loginUser: 'ops'} as const;

  test.each([
    ['login', ['id']],
    ['root', ['sudo', '-n', '--', 'id']],
    [{user: 'root'}, ['sudo', '-n', '--', 'id']],
    [{user: 'airflow'}, ['sudo', '-n', '-u', 'airflow', '--', 'id']],
    [{user: 'ops'}, ['id']],
  ] as const)('as %j', (as, argv) => {
    expect(argvAs(['id'], as, ops)).toEqual(argv);
  });

  test('is given to a shell of the user by su, and root is reached by sudo', () => {
    const su = {become: 'su', loginUser: 'ops'} as const;
    expect(argvAs(['id', '-un'], {user: 'airflow'}, su)).toEqual(['sh', '-c', "echo 'id -un' | sudo -n su - airflow"]);
    expect(argvAs(['id'], 'root', su)).toEqual(['sudo', '-n', '--', 'id']);
    expect(argvAs(['id'], 'login', su)).toEqual(['id']);
  });

  test('needs no sudo for root himself, nor where the profile says so', () => {
    expect(argvAs(['id'], 'root', {become: 'sudo', loginUser: 'root'})).toEqual(['id']);
    expect(argvAs(['id'], {user: 'airflow'}, {become: 'none', loginUser: 'ops'})).toEqual(['id']);
  });
});

describe('a refusal of sudo', () => {
  const refusal = (code: number, stderr: string) => sudoRefusal(code, stderr, 'ops')?.code;

  test.each([
    ['sudo: a password is required', 'host.sudo-password'],
    ['sudo: interactive authentication is required', 'host.sudo-password'],
    ["Sorry, user ops is not allowed to execute '/bin/id' as root on af-1.", 'host.not-permitted'],
    ['Sorry, user ops may not run sudo on af-1.', 'host.not-permitted'],
    ['ops is not in the sudoers file.', 'host.not-permitted'],
    ['sudo: sorry, you must have a tty to run sudo', 'host.sudo-tty'],
    ['sudo: no password was provided\nsudo: 1 incorrect password attempt', 'host.sudo-wrong'],
    ['Sorry, try again.\nsudo: 3 incorrect password attempts', 'host.sudo-wrong'],
    ['sudo: unknown user airflow', 'host.not-permitted'],
  ])('%s', (line, code) => {
    expect(refusal(1, `sudo: unable to resolve host af-1: Name or service not known\n${line}\n`)).toBe(code);
  });

  test.each([
    [1, 'sudo: unable to resolve host af-1: Name or service not known'],
    [0, 'sudo: a password is required'],
    [1, 'ERROR: a password is required'],
    [1, 'airflow is not in the sudoers file.'],
    [1, 'sudo: frobnicate: command not found'],
    [127, 'sh: sudo: not found'],
  ])('is not: exit %i, %s', (code, line) => {
    expect(refusal(code, `${line}\n`)).toBeUndefined();
  });
});

test('a refusal in a command that was not run by `become` is its own affair', async () => {
  await fakeSudo('echo "sudo: a password is required" >&2; exit 1');
  const host = openLocalHost({become: 'sudo'});
  onTestFinished(() => host.close());
  expect((await host.exec(['sudo', '-n', 'true'])).code).toBe(1);
  expect(await canRun(host, ['id'], {user: 'airflow-x'})).toBe(false);
});

test('sudo is asked whether it would, without doing it', async () => {
  await fakeSudo('[ "$1 $2" = "-n -l" ] && [ "$*" = "-n -l -u airflow-x -- systemctl restart airflow-scheduler" ]');
  const host = openLocalHost({become: 'sudo'});
  onTestFinished(() => host.close());
  expect(await canRun(host, ['systemctl', 'restart', 'airflow-scheduler'], {user: 'airflow-x'})).toBe(true);
  expect(await canRun(host, ['systemctl', 'restart', 'ssh'], {user: 'airflow-x'})).toBe(false);
  expect(await canRun(host, ['systemctl', 'restart', 'ssh'], 'login')).toBe(true);
});
