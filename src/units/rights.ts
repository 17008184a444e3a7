import type {Host} from '../host/host.ts';
import {canRun} from '../host/sudo.ts';
import type {ProblemCode} from '../problems/index.ts';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import {sudoersLines} from './sudoers.ts';

export type Verb = 'restart' | 'start' | 'stop';

/**
 * How to name each unit so that sudo lets the command through, or why it does not. `sudo -l` is a hint only: a rule that it finds may still
 * want a password, so the step itself has the last word.
 */
export type Rights = {readonly names: ReadonlyMap<string, string>; readonly refused?: Problem};

const script = `
LC_ALL=C; export LC_ALL; sudo=$1; systemctl=$2; verb=$3; shift 3
for name; do
  said=$("$sudo" -n -l -- "$systemctl" "$verb" "$name" 2>&1 >/dev/null); code=$?
  printf '%s\\t%s\\t%s\\n' "$code" "$name" "$(printf %s "$said" | tr '\\n' ' ')"
done`;

/** Asks sudo on the host, without running anything. One exec. Where no sudo is needed nothing is asked. */
export async function rightsTo(
  verb: Verb,
  host: Host,
  systemctl: string,
  units: readonly string[],
  signal: AbortSignal,
): Promise<Rights> {
  const full = host.commandAs([systemctl], 'root');
  const [sudo = ''] = full;
  if (full.length === 1) return {names: new Map(units.map(unit => [unit, unit]))};
  const forms = units.flatMap(unit => [...new Set([unit, bare(unit)])]);
  const {stdout} = await host.exec(['sh', '-c', script, 'sh', sudo, systemctl, verb, ...forms], {signal});
  const answers = stdout.split('\n').map(line => line.split('\t'));
  const allowed = new Set(answers.flatMap(([code, name]) => (code === '0' && name !== undefined ? [name] : [])));
  const said = answers.map(([, , text = '']) => text).join(' ');
  const wantsPassword = /(password|authentication) is required/.test(said);
  if (wantsPassword) {
    // Where somebody knows it, sudo is asked again, one by one.
    for (const form of forms) if (await canRun(host, [systemctl, verb, form], 'root')) allowed.add(form);
  }
  const names = new Map(
    units.flatMap(unit => {
      const form = [unit, bare(unit)].find(name => allowed.has(name));
      return form === undefined ? [] : [[unit, form] as const];
    }),
  );
  const missing = units.filter(unit => !names.has(unit));
  if (missing.length === 0) return {names};
  const code = wantsPassword ? 'host.sudo-password' : 'host.not-permitted';
  return {names, refused: await refusal(code, verb, host, systemctl, missing)};
}

const bare = (unit: string): string => unit.replace(/\.service$/, '');

/** That the login user may not do it, with the lines that would allow it. */
export async function refusal(
  code: Extract<ProblemCode, 'host.not-permitted' | 'host.sudo-password'>,
  verb: Verb,
  host: Host,
  systemctl: string,
  units: readonly string[],
  said = '',
): Promise<Problem> {
  const user = await host.loginUser();
  const detail = `${user} on ${host.name}: systemctl ${verb} ${units.join(' ')}`;
  return new Problem(code, said === '' ? detail : `${detail} (${oneLine(said, 200)}); nothing was changed`, {
    lines: sudoersLines(user, host.name, systemctl, units),
  });
}
