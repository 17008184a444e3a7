import type {Observer} from '../activity/observe.ts';
import {type Installation, mostFrequent, readInstallation} from '../config/installation.ts';
import {withAgent} from '../host/agent.ts';
import {clockAhead, readClock} from '../host/clock.ts';
import {addressesOf, type Doorstep, doorstepOf, knock} from '../host/doorstep.ts';
import type {Host, HostAsk, RunAs} from '../host/host.ts';
import {openHost} from '../host/open.ts';
import type {TrustedKey} from '../host/ssh-host-key.ts';
import type {ProblemCode} from '../problems/index.ts';
import {Problem} from '../problems/problem.ts';
import type {HostAddress, Profile} from '../profile/profile.ts';
import {lastLines} from '../units/journal.ts';
import {rightsTo} from '../units/rights.ts';
import {readSome, readUnits} from '../units/state.ts';
import type {HostUnits} from '../units/unit.ts';
import {age} from '../words.ts';
import {NotAsked, type Step} from './step.ts';

const limitMs = 30_000;
/** Questions about the way there end by themselves, and say more then. */
const connectLimitMs = 120_000;
/** As the check of health: 3.x refuses a token that comes from more than 10 s in the future. */
const clockMs = 10_000;

/** What is asked of one host of a profile. `close` lets go of it. */
export function hostSteps(
  address: HostAddress,
  profile: Profile,
  observer: Observer,
  ask: HostAsk | undefined,
): {readonly steps: readonly Step[]; readonly close: () => void} {
  let trusted: TrustedKey | undefined;
  const host = openHost(address, {
    become: profile.become,
    ...(profile.becomePassword !== undefined && {becomePassword: profile.becomePassword}),
    ...(ask !== undefined && {ask}),
    onDeed: observer.onDeed(address.name),
    onTrusted: key => {
      trusted = key;
    },
  });
  observer.watchHost(host);
  const way = address.kind === 'local' ? [here(host)] : thereBySsh(address, host, () => trusted);
  return {steps: [...way, ...inside(host, profile)], close: () => host.close()};
}

const here = (host: Host): Step => ({
  name: 'login',
  question: 'Can commands be run on this machine?',
  limitMs,
  needs: [],
  ask: async signal => {
    await host.exec(['true'], {signal});
    return `as ${await host.loginUser()}`;
  },
});

/** Found out with the connection, and before the login. */
const keyProblems: ReadonlySet<ProblemCode> = new Set([
  'host.key-unknown',
  'host.key-refused',
  'host.key-changed',
  'host.key-revoked',
]);

function thereBySsh(
  address: Extract<HostAddress, {kind: 'ssh'}>,
  host: Host,
  trusted: () => TrustedKey | undefined,
): readonly Step[] {
  let doorstep: Doorstep | undefined;
  let loginProblem: Problem | undefined;
  const reach = async () => {
    doorstep ??= await doorstepOf(address);
    return doorstep;
  };
  return [
    {
      name: 'name',
      question: 'Does the name resolve?',
      limitMs: connectLimitMs,
      needs: [],
      ask: async () => {
        const at = await reach();
        if (at.through !== undefined) return new NotAsked(`${at.host} is reached through ${at.through}`);
        const addresses = await addressesOf(at);
        if (addresses.includes(at.host)) return `${at.host} is an address`;
        return `${at.host} is ${addresses.slice(0, 3).join(', ')}`;
      },
    },
    {
      name: 'port',
      question: 'Does an SSH server answer at the port?',
      limitMs,
      needs: ['name'],
      ask: async signal => {
        const at = await reach();
        if (at.through !== undefined) return new NotAsked(`${at.host} is reached through ${at.through}`);
        const sinceMs = performance.now();
        const software = await knock(at, signal);
        return `port ${at.port} answers, ${software}, ${Math.round(performance.now() - sinceMs)} ms`;
      },
    },
    {
      name: 'host key',
      question: 'Is the key of the host known?',
      limitMs: connectLimitMs,
      needs: ['port'],
      ask: async signal => {
        try {
          await host.exec(['true'], {signal});
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          const isReached = trusted()?.host === (await reach()).host;
          if (keyProblems.has(error.code) || !isReached) throw error;
          loginProblem = error;
        }
        const key = trusted();
        return key === undefined ? 'known' : `${key.keyType} ${key.fingerprint}`;
      },
    },
    {
      name: 'login',
      question: 'Does the host accept the login?',
      limitMs,
      needs: ['host key'],
      ask: async () => {
        if (loginProblem !== undefined) throw loginProblem;
        return `as ${await host.loginUser()}`;
      },
    },
  ];
}

function inside(host: Host, profile: Profile): readonly Step[] {
  let seen: HostUnits | undefined;
  let found: Installation | undefined;
  const units = () => seen?.units ?? [];
  const noUnits = new NotAsked('no unit runs Airflow here');
  /** As `readInstallation` has it, without reading anything. */
  const airflowUser = (): string | undefined => profile.runAs ?? mostFrequent(units().map(({user}) => user));
  const asAirflow = async (): Promise<RunAs | undefined> => {
    const user = airflowUser();
    if (user === undefined) return undefined;
    return user === (await host.loginUser()) ? 'login' : user === 'root' ? 'root' : {user};
  };
  const nobody = new NotAsked('nothing says which user Airflow runs as: no unit here, and no run_as in the profile');
  return [
    {
      name: 'clock',
      question: 'Does its clock agree with that of this machine?',
      limitMs,
      needs: ['login'],
      ask: async signal => {
        const askedAtMs = Date.now();
        const {stdout} = await host.exec(['date', '+%s %N'], {signal});
        const {atLeastMs, atMostMs} = clockAhead(readClock(stdout), askedAtMs, Date.now());
        if (atLeastMs > clockMs) throw new Problem('host.clock', `${host.name} is ${age(atLeastMs)} ahead`);
        if (atMostMs < -clockMs) throw new Problem('host.clock', `${host.name} is ${age(-atMostMs)} behind`);
        return 'the same to 10 s';
      },
    },
    {
      name: 'systemd',
      question: 'Does systemd answer?',
      limitMs,
      needs: ['login'],
      ask: async () => {
        seen = await readUnits(host);
        return 'systemd answers';
      },
    },
    {
      name: 'units',
      question: 'Is Airflow there?',
      limitMs,
      needs: ['systemd'],
      ask: async () => {
        const loose = seen?.loose ?? [];
        if (units().length > 0) return `units of ${listed(units().map(({component}) => component))}`;
        if (loose.length === 0) throw new Problem('host.no-airflow', host.name);
        return `no unit, but processes of ${listed(loose.map(({component}) => component))}: windsock cannot restart them`;
      },
    },
    {
      name: 'run as',
      question: 'May the login user act as the Airflow user?',
      limitMs,
      needs: ['login'],
      ask: async signal => {
        const user = airflowUser();
        const as = await asAirflow();
        if (user === undefined || as === undefined) return nobody;
        if (as === 'login') return `${user} is the login user itself`;
        await mustRun(host, as, user, signal);
        return `as ${user}`;
      },
    },
    {
      name: 'home',
      question: 'Are AIRFLOW_HOME and airflow.cfg found and readable?',
      limitMs: 60_000,
      needs: ['units'],
      ask: async () => {
        if (units().length === 0 && profile.airflowHome === undefined) return noUnits;
        found = await readInstallation(host, units(), profile);
        const {airflowHome, configPath, file, version, problems} = found;
        if (file === undefined) throw problems.at(-1) ?? new Problem('host.file-denied', configPath);
        const [other] = problems;
        const but = other === undefined ? '' : `; but ${other.message}`;
        const config = configPath === `${airflowHome}/airflow.cfg` ? 'its airflow.cfg' : configPath;
        return `${airflowHome}, ${config} is read${version === undefined ? '' : `, Airflow ${version}`}${but}`;
      },
    },
    {
      name: 'python',
      question: 'Is there a Python 3 that the Airflow user may run?',
      limitMs,
      needs: ['run as'],
      ask: async () => {
        const as = await asAirflow();
        if (as === undefined) return nobody;
        const python = found?.python;
        await withAgent(host, {as, ...(python !== undefined && {python})}, async () => {});
        return `it runs as ${airflowUser()}`;
      },
    },
    {
      name: 'restart',
      question: 'May the login user restart the units?',
      limitMs,
      needs: ['units'],
      ask: async signal => {
        if (units().length === 0) return noUnits;
        if (profile.readOnly) return new NotAsked('the profile is read_only');
        const {systemctl} = await readSome(host, units(), signal);
        const names = units().map(({name}) => name);
        const {refused} = await rightsTo('restart', host, systemctl, names, signal);
        if (refused !== undefined) throw refused;
        return names.length === 1 ? 'the one unit' : `all ${names.length} units`;
      },
    },
    {
      name: 'journal',
      question: 'May the login user read the journal of the units?',
      limitMs: 40_000,
      needs: ['units'],
      ask: async signal => {
        const [first] = units();
        if (first === undefined) return noUnits;
        const lines = await lastLines(host, first.name, 1, signal);
        return lines.length === 0 ? `that of ${first.name} is empty` : `that of ${first.name} is read`;
      },
    },
  ];
}

/** Throws why not, with the rule that would allow it. */
async function mustRun(host: Host, as: RunAs, user: string, signal: AbortSignal): Promise<void> {
  try {
    const {code, stderr} = await host.exec(['true'], {as, signal});
    if (code !== 0) throw new Problem('host.not-permitted', `${user} on ${host.name}: ${stderr.trim()}`);
  } catch (error) {
    if (!(error instanceof Problem) || !/^host\.(not-permitted|sudo-password)$/.test(error.code)) throw error;
    throw new Problem(error.code, error.detail, {
      lines: [
        `# On ${host.name}, as root: visudo -f /etc/sudoers.d/windsock`,
        `${await host.loginUser()} ALL=(${user}) NOPASSWD: ALL`,
      ],
    });
  }
}

/** "scheduler, webserver and triggerer" */
function listed(names: readonly string[]): string {
  const all = [...new Set(names)].toSorted();
  const last = all.pop() ?? '';
  return all.length === 0 ? last : `${all.join(', ')} and ${last}`;
}
