import type {ProblemCode} from '../problems/index.ts';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import type {Host, RunAs} from './host.ts';

/** How a command becomes one of another user: by sudo, or not at all (the login user may do everything itself). */
export type Become = 'sudo' | 'none';

/** The argv with what `become` puts before it. A command as the login user itself needs nothing. */
export function argvAs(
  argv: readonly string[],
  as: RunAs,
  {become, loginUser}: {readonly become: Become; readonly loginUser: string},
): readonly string[] {
  const user = as === 'login' ? loginUser : as === 'root' ? 'root' : as.user;
  if (become === 'none' || user === loginUser) return argv;
  return user === 'root' ? ['sudo', '-n', '--', ...argv] : ['sudo', '-n', '-u', user, '--', ...argv];
}

/**
 * Whether sudo would let the command run, without running it. A promise only: a rule may still want a password
 * (then `exec` throws `host.sudo-password`), and true where no sudo is needed.
 */
export async function canRun(host: Host, argv: readonly string[], as: RunAs): Promise<boolean> {
  const full = host.commandAs(argv, as);
  if (full.length === argv.length) return true;
  const [sudo = 'sudo', noPassword = '-n', ...rest] = full;
  return (await host.exec([sudo, noPassword, '-l', ...rest])).code === 0;
}

// What sudo says in the C locale when it did not run the command. Its other lines ("unable to resolve host") are noise.
const refusals: readonly (readonly [RegExp, ProblemCode])[] = [
  [/^sudo(-rs)?: (a (password|terminal) is required|interactive authentication is required)/i, 'host.sudo-password'],
  [/^Sorry, user .* (is not allowed to execute|may not run sudo)/, 'host.not-permitted'],
  [/^sudo(-rs)?: .*(is not allowed|not allowed to|may not run|is not in the sudoers)/, 'host.not-permitted'],
  [/^sudo-rs: I'm sorry/, 'host.not-permitted'],
  [/^sudo(-rs)?: sorry, you must have a tty to run sudo/, 'host.not-permitted'],
  [/^sudo(-rs)?: (unknown user|user .* not found|account validation failure|no valid sudoers)/, 'host.not-permitted'],
  [
    /^sudo: (effective uid is not 0|.* must be owned by uid 0 and have the setuid bit|.*"no new privileges" flag)/,
    'host.not-permitted',
  ],
];

/** The problem when sudo itself refused, so that its command did not run; undefined when that ran, however it ended. */
export function sudoRefusal(code: number | undefined, stderr: string, loginUser: string): Problem | undefined {
  const lines = stderr.split(/\r?\n/);
  if (code === 127 && lines.some(line => /^env: .?sudo.?: /.test(line))) {
    return new Problem('host.not-permitted', 'sudo is not installed on the host');
  }
  if (code !== 1) return undefined;
  for (const line of lines) {
    const refusal = refusals.find(([pattern]) => pattern.test(line));
    if (refusal) return new Problem(refusal[1], oneLine(line, 300));
    if (line.startsWith(`${loginUser} is not in the sudoers file`)) {
      return new Problem('host.not-permitted', oneLine(line, 300));
    }
  }
  return undefined;
}
