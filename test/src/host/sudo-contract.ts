import {describe, expect, onTestFinished, test, vi} from 'vitest';
import type {Host} from '../../../src/host/host.ts';
import type {OpenHost} from './contract.ts';
import {fakeSudo} from './fake-sudo.ts';
import {newFolder} from './folder.ts';

/** What every host makes of sudo. */
export function sudoContract(open: OpenHost): void {
  describe('sudo', () => {
    async function withSudo(says: string): Promise<Host> {
      await fakeSudo(says);
      const host = await open('sudo');
      onTestFinished(() => host.close());
      return host;
    }

    test('runs as another user what is asked for, and as the login user without sudo', async () => {
      const host = await withSudo(
        'echo "sudo: unable to resolve host af-1: Name or service not known" >&2; shift 4; exec "$@"',
      );
      const user = await host.loginUser();
      const result = await host.exec(['sh', '-c', 'echo ran; exit 1'], {as: {user: 'airflow-x'}});
      expect(result).toMatchObject({code: 1, stdout: 'ran\n'});
      expect(host.commandAs(['id'], {user: 'airflow-x'})).toEqual(['sudo', '-n', '-u', 'airflow-x', '--', 'id']);
      expect(host.commandAs(['id'], {user})).toEqual(['id']);
      expect(host.commandAs(['id'], 'login')).toEqual(['id']);
    });

    test.each([
      ['sudo: a password is required', 'host.sudo-password'],
      ["Sorry, user ops is not allowed to execute '/bin/id' as airflow on af-1.", 'host.not-permitted'],
      ['Sorry, user ops may not run sudo on af-1.', 'host.not-permitted'],
      ['sudo: unknown user airflow-x', 'host.not-permitted'],
    ])('a refusal is a problem: %s', async (line, code) => {
      const host = await withSudo(`echo "sudo: unable to resolve host af-1" >&2; echo "${line}" >&2; exit 1`);
      await expect(host.exec(['id'], {as: {user: 'airflow-x'}})).rejects.toMatchObject({code, detail: line});
      const stream = await host.stream(['id'], {as: {user: 'airflow-x'}});
      stream.stdout.resume();
      await expect(stream.ended).rejects.toMatchObject({code});
    });

    test('a command that speaks of a refusal itself is no refusal', async () => {
      const host = await withSudo('shift 4; exec "$@"');
      const result = await host.exec(['sh', '-c', 'echo "db: a password is required" >&2; exit 1'], {
        as: {user: 'airflow-x'},
      });
      expect(result.code).toBe(1);
    });

    test('a host without sudo does not permit', async () => {
      const host = await withSudo('exit 0');
      // Nothing but the shell that the test server needs, and env.
      vi.stubEnv('PATH', await newFolderWith(host, ['sh', 'env']));
      await expect(host.exec(['id'], {as: {user: 'airflow-x'}})).rejects.toMatchObject({
        code: 'host.not-permitted',
        detail: 'sudo is not installed on the host',
      });
    });
  });
}

async function newFolderWith(host: Host, programs: readonly string[]): Promise<string> {
  const folder = await newFolder();
  for (const program of programs) await host.exec(['sh', '-c', 'ln -s "$(command -v "$1")" "$0"', folder, program]);
  return folder;
}
