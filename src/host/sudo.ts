import type {ProblemCode} from '../problems/index.ts';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import type {Host, RunAs} from './host.ts';
import {quote} from './quote.ts';

/**
 * How a command becomes one of another user: by sudo; by `sudo su - USER`, where nothing else is allowed (root is reached
 * by sudo all the same); or not at all (the login user may do everything itself).
 */
export type Become = 'sudo' | 'su' | 'none';

/** The user to become; undefined where the login user does it itself. */
export function otherUser(
  as: RunAs,
  {become, loginUser}: {readonly become: Become; readonly loginUser: string},
): string | undefined {
  const user = as === 'login' ? loginUser : as === 'root' ? 'root' : as.user;
  return become === 'none' || user === loginUser ? undefined : user;
}

/** Whether sudo may ask, and with which words. */
export type SudoPrompt = {readonly prompt: string} | undefined;

/** What sudo is to do: run something, say whether it would (`-l`), or check the password (`-v`). */
export type SudoUse = 'run' | 'list' | 'validate';

/** The argv of sudo itself, before the command. With a prompt it asks in any case: what it remembers does not count. */
export function sudoArgv(user: string, asking: SudoPrompt, use: SudoUse = 'run'): readonly string[] {
  return [
    'sudo',
    ...(asking === undefined ? ['-n'] : ['-k', '-S', '-p', asking.prompt]),
    ...(use === 'run' ? [] : [use === 'list' ? '-l' : '-v']),
    ...(user === 'root' ? [] : ['-u', user]),
    ...(use === 'validate' ? [] : ['--']),
  ];
}

/** The argv that gives a shell of the user, which takes commands on stdin. */
export const suArgv = (user: string, asking: SudoPrompt, use: SudoUse = 'run'): readonly string[] => [
  ...sudoArgv('root', asking, use).filter(word => word !== '--'),
  ...['su', '-', user],
];

/** The argv with what `become` puts before it, to show. A command as the login user itself needs nothing. */
export function argvAs(
  argv: readonly string[],
  as: RunAs,
  context: {readonly become: Become; readonly loginUser: string; readonly byPassword?: boolean},
): readonly string[] {
  const user = otherUser(as, context);
  if (user === undefined) return argv;
  const mode = context.byPassword === true ? '-S' : '-n';
  const shown = (full: readonly string[]) => full.map(word => (word === '-n' ? mode : word));
  if (context.become === 'su' && user !== 'root') {
    const shell = shown(suArgv(user, undefined));
    return ['sh', '-c', `echo ${quote([quote(argv)])} | ${quote(shell)}`];
  }
  return [...shown(sudoArgv(user, undefined)), ...argv];
}

const notAllowed: ReadonlySet<ProblemCode> = new Set(['host.not-permitted', 'host.sudo-password', 'host.declined']);

/**
 * Whether sudo would let the command run, without running it. Asks for the password where sudo wants one and
 * somebody knows it, and is false where nobody does or wants to say it; true where no sudo is needed.
 */
export async function canRun(host: Host, argv: readonly string[], as: RunAs): Promise<boolean> {
  try {
    return (await host.exec(argv, {as, onlyAsk: true})).code === 0;
  } catch (error) {
    if (error instanceof Problem && notAllowed.has(error.code)) return false;
    throw error;
  }
}

// What sudo says in the C locale when it did not run the command. Its other lines ("unable to resolve host") are noise.
const refusals: readonly (readonly [RegExp, ProblemCode])[] = [
  [/^sudo(-rs)?: sorry, you must have a tty to run sudo/, 'host.sudo-tty'],
  [/^sudo(-rs)?: (\d+ incorrect password attempts?|no password was provided)/i, 'host.sudo-wrong'],
  [/^sudo(-rs)?: (Authentication failed|Maximum \d+ incorrect authentication attempts)/i, 'host.sudo-wrong'],
  [/^sudo(-rs)?: (a (password|terminal) is required|interactive authentication is required)/i, 'host.sudo-password'],
  [/^Sorry, user .* (is not allowed to execute|may not run sudo)/, 'host.not-permitted'],
  [/^sudo(-rs)?: .*(is not allowed|not allowed to|may not run|is not in the sudoers)/, 'host.not-permitted'],
  [/^sudo-rs: I'm sorry/, 'host.not-permitted'],
  [/^sudo(-rs)?: (unknown user|user .* not found|account validation failure|no valid sudoers)/, 'host.not-permitted'],
  [
    /^sudo: (effective uid is not 0|.* must be owned by uid 0 and have the setuid bit|.*"no new privileges" flag)/,
    'host.not-permitted',
  ],
  [/^su: (Authentication failure|Permission denied|user .* does not exist)/, 'host.not-permitted'],
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
