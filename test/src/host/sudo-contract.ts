import {once} from 'node:events';
import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {inspect} from 'node:util';
import {describe, expect, onTestFinished, test, vi} from 'vitest';
import type {Host} from '../../../src/host/host.ts';
import type {BecomeOptions} from '../../../src/host/make-host.ts';
import {type Become, canRun} from '../../../src/host/sudo.ts';
import type {OpenHost} from './contract.ts';
import {fakeSudo} from './fake-sudo.ts';
import {newFolder} from './folder.ts';

/** What every host makes of sudo. */
export function sudoContract(open: OpenHost): void {
  describe('sudo', () => {
    async function withSudo(says: string, become: Become = 'sudo', more: Partial<BecomeOptions> = {}): Promise<Host> {
      await fakeSudo(says);
      const host = await open(become, more);
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

    describe('with a password', () => {
      const other = {as: {user: 'airflow-x'}} as const;
      const by = (...answers: string[]) => {
        const secret = vi.fn(async () => answers.shift() ?? 'wrong');
        return {becomePassword: secret, secret};
      };

      test('is told it when it asks, and the command gets its own stdin and nothing else', async () => {
        const host = await withSudo(askingSudo(await newFolder()), 'sudo', by('right'));
        const stdin = 'one\ntwo\n'.repeat(20_000);
        expect((await host.exec(['cat'], {...other, stdin})).stdout).toBe(stdin);
        expect((await host.exec(['wc', '-c'], other)).stdout.trim()).toBe('0');
        expect((await host.exec(['sh', '-c', 'echo out; echo err >&2; exit 7'], other)).stderr).toBe('err\n');
        expect(host.commandAs(['cat'], other.as)).toEqual(['sudo', '-S', '-u', 'airflow-x', '--', 'cat']);
        expect(await canRun(host, ['anything'], other.as)).toBe(true);
      });

      test('is told it in the middle of a conversation', async () => {
        const host = await withSudo(askingSudo(await newFolder()), 'sudo', by('right'));
        const stream = await host.stream(['sh', '-c', 'echo said >&2; cat'], other);
        const said: string[] = [];
        stream.stdout.on('data', (chunk: Buffer) => said.push(chunk.toString()));
        stream.stdin.write('one\n');
        await vi.waitFor(() => expect(said.join('')).toBe('one\n'), {timeout: 5000});
        stream.stdin.end('two\n');
        await expect(stream.ended).resolves.toEqual({code: 0, signal: undefined});
        expect(said.join('')).toBe('one\ntwo\n');
        expect(stream.stderr()).toBe('said\n');
      });

      test('that is wrong is tried once, until somebody wants it again', async () => {
        const folder = await newFolder();
        const password = by('hunter2', 'right');
        const host = await withSudo(askingSudo(folder), 'sudo', password);
        for (const command of ['id', 'cat']) {
          const problem = await host.exec([command], {...other, stdin: 'payload'}).catch(error => error);
          expect(problem).toMatchObject({code: 'host.sudo-wrong'});
          expect(inspect(problem, {depth: null, showHidden: true})).not.toContain('hunter2');
        }
        expect(await readFile(join(folder, 'wrong'), 'utf8')).toBe('hunter2\n');
        host.tryNow();
        expect((await host.exec(['cat'], {...other, stdin: 'payload'})).stdout).toBe('payload');
        expect(password.secret).toHaveBeenLastCalledWith({fresh: true});
      });

      test('is asked of a person, who may be wrong once', async () => {
        const answers = ['wrong', 'right'];
        const secret = vi.fn(async () => answers.shift());
        const host = await withSudo(askingSudo(await newFolder()), 'sudo', {ask: {hostKey: async () => false, secret}});
        const results = await Promise.all([1, 2, 3].map(() => host.exec(['echo', 'ran'], other)));
        expect(results.map(({stdout}) => stdout)).toEqual(['ran\n', 'ran\n', 'ran\n']);
        expect(secret).toHaveBeenCalledTimes(2);
      });

      test('that nobody wants to say leaves it not allowed, and is not asked for again', async () => {
        const secret = vi.fn(async () => undefined);
        const host = await withSudo(askingSudo(await newFolder()), 'sudo', {ask: {hostKey: async () => false, secret}});
        await expect(host.exec(['id'], other)).rejects.toMatchObject({code: 'host.declined'});
        expect(await canRun(host, ['id'], other.as)).toBe(false);
        expect(secret).toHaveBeenCalledTimes(1);
      });

      test('does not reach a command before which sudo asks no more', async () => {
        const folder = await newFolder();
        const host = await withSudo(askingSudo(folder), 'sudo', by('right'));
        const file = join(folder, 'written');
        const write = (timeoutMs: number) =>
          host.exec(['sh', '-c', 'cat > "$0"', file], {...other, stdin: 'payload', timeoutMs});
        await write(10_000);
        expect(await readFile(file, 'utf8')).toBe('payload');
        await writeFile(join(folder, 'free'), '');
        await expect(write(300)).rejects.toMatchObject({code: 'host.timeout'});
        expect(await readFile(file, 'utf8')).toBe('');
        // The rule is another now, which it has learnt.
        await write(10_000);
        expect(await readFile(file, 'utf8')).toBe('payload');
      });
    });

    describe('that allows only su', () => {
      const other = {as: {user: 'airflow-x'}} as const;
      // The login shell of the other user, which greets.
      const onlySu = `[ "$*" = "-n su - airflow-x" ] || { echo "sudo: a password is required" >&2; exit 1; }
echo Welcome
exec sh`;

      test('gives the command to the shell of the other user', async () => {
        const host = await withSudo(onlySu, 'su');
        expect((await host.exec(['cat'], {...other, stdin: 'one\ntwo\n'})).stdout).toBe('one\ntwo\n');
        expect((await host.exec(['printf', '%s', "a\nb '$HOME'"], other)).stdout).toBe("a\nb '$HOME'");
        expect((await host.exec(['sh', '-c', 'exit 7'], other)).code).toBe(7);
        const stream = await host.stream(['cat'], other);
        stream.stdin.end('streamed');
        const [said] = await once(stream.stdout, 'data');
        expect(String(said)).toBe('streamed');
      });

      test('shows a command that does the same', async () => {
        const host = await withSudo(onlySu, 'su');
        const [program = '', ...args] = host.commandAs(['printf', "it's %s", 'so'], other.as);
        expect((await host.exec([program, ...args])).stdout).toBe("Welcome\nit's so");
      });

      test('is told the password, where it wants one', async () => {
        const password = {becomePassword: async () => 'right'};
        const host = await withSudo(askingSudo(await newFolder()).replace('exec "$@"', 'exec sh'), 'su', password);
        expect((await host.exec(['cat'], {...other, stdin: 'payload'})).stdout).toBe('payload');
      });

      test('a shell of the other user that runs nothing is a problem', async () => {
        const host = await withSudo('echo "This account is currently not available."; exit 1', 'su');
        await expect(host.exec(['id'], other)).rejects.toMatchObject({
          code: 'host.shell',
          detail: expect.stringContaining('This account is currently not available.'),
        });
      });
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

/** A sudo that wants the password "right", writes down what else it was told, and lets everything through where there is a file "free". */
export const askingSudo = (folder: string, password = 'right'): string => `
prompt= use=run silent=
while [ $# -gt 0 ]; do
  case $1 in
    -n) silent=1 ;; -k | -S) ;; -p) prompt=$2; shift ;; -u) shift ;; -l | -v) use=$1 ;; --) shift; break ;; *) break ;;
  esac
  shift
done
if [ ! -e '${folder}/free' ]; then
  [ -z "$silent" ] || { echo 'sudo: a password is required' >&2; exit 1; }
  while :; do
    printf %s "$prompt" >&2
    IFS= read -r line || { echo 'sudo: no password was provided' >&2; exit 1; }
    [ "$line" != '${password}' ] || break
    echo "$line" >>'${folder}/wrong'
    echo 'Sorry, try again.' >&2
  done
fi
[ $use = run ] || exit 0
exec "$@"`;

async function newFolderWith(host: Host, programs: readonly string[]): Promise<string> {
  const folder = await newFolder();
  for (const program of programs) await host.exec(['sh', '-c', 'ln -s "$(command -v "$1")" "$0"', folder, program]);
  return folder;
}
