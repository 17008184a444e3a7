import {readClock} from '../host/clock.ts';
import type {Host} from '../host/host.ts';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import {commandsOf, first, parseShow} from '../units/show.ts';
import {type EnvironmentFilePath, parseEnvironmentFilePath, parseShownEnvironment} from './shown-environment.ts';

/** What systemd and the account of the Airflow user say, before any file is read. */
export type UnitFacts = {
  readonly units: readonly UnitFact[];
  /** The Airflow user's home folder and shell; undefined when there is no such account. */
  readonly account: {readonly home: string; readonly shell: string} | undefined;
  /** The host's clock. */
  readonly nowMs: number;
};

export type UnitFact = {
  readonly name: string;
  readonly environment: ReadonlyMap<string, string>;
  readonly files: readonly EnvironmentFilePath[];
  readonly commands: readonly {readonly path: string; readonly argv: string}[];
};

const script = `
LC_ALL=C; export LC_ALL
user=$1; shift
echo '#units'
[ $# -eq 0 ] || systemctl show --no-pager -p Id,Environment,EnvironmentFiles,ExecStart -- "$@"
echo '#account'
getent passwd "$user" || grep "^$user:" /etc/passwd
echo '#clock'
date '+%s %N'
echo '#end'
`;

/** Asks systemd about units, and the host about an account. One exec. */
export async function readUnitFacts(host: Host, user: string, units: readonly string[]): Promise<UnitFacts> {
  const {stdout, stderr} = await host.exec(['sh', '-c', script, 'sh', user, ...units]);
  const [, shown, account, clock] = /^#units\n([\s\S]*)^#account\n([\s\S]*)^#clock\n(.*)\n#end$/m.exec(stdout) ?? [];
  if (shown === undefined || account === undefined || clock === undefined) {
    throw new Problem('host.command-failed', `${host.name}: ${oneLine(stderr, 200)}`);
  }
  const [, , , , , home, shell] = account.trim().split(':');
  return {
    units: parseShow(shown).map(properties => ({
      name: first(properties, 'Id'),
      environment: parseShownEnvironment(first(properties, 'Environment')),
      files: (properties.get('EnvironmentFiles') ?? []).flatMap(text => parseEnvironmentFilePath(text) ?? []),
      commands: commandsOf(properties),
    })),
    account: home ? {home, shell: shell || '/bin/sh'} : undefined,
    nowMs: readClock(clock),
  };
}
