import * as v from 'valibot';
import {Problem} from '../problems/problem.ts';
import type {ApiAddress} from '../profile/profile.ts';
import {type Answer, isPage, parsed, saidBy} from './answer.ts';
import type {AirflowApi} from './api.ts';
import {Client} from './client.ts';
import {byNobody, byPassword, byToken, type Hidden} from './credentials.ts';
import {Http, type HttpOptions} from './http.ts';
import {Admission} from './login.ts';
import {orAbort} from './turns.ts';
import {V1} from './v1.ts';
import {V2} from './v2.ts';
import {readVersion, type Version} from './versions.ts';
import {WantedPause} from './wanted-pause.ts';

export type ConnectOptions = HttpOptions & {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Where passwords, tokens and cookies are noted that must never be shown. */
  readonly hidden?: Hidden;
};

/** The way to one Airflow. */
export type AirflowConnection = {
  /**
   * The API of the version that answers. It is found out once, by those who wait together; and again after the server
   * was away, because another version may come back. Throws `Problem`.
   */
  (signal?: AbortSignal): Promise<AirflowApi>;
  /** Asks and logs in with the next request, though the server wanted a pause or refused the login less than a minute ago. */
  loginAgain(): void;
  /** How long the last answer took; undefined before the first. */
  latencyMs(): number | undefined;
};

/** Connects lazily: the first call asks. */
export function connectAirflow(
  address: ApiAddress,
  {now = Date.now, hidden = new Set<string>(), ...httpOptions}: ConnectOptions = {},
): AirflowConnection {
  const http = new Http(address, httpOptions);
  const admissions = new Map<Version['major'], Admission>();
  const pause = new WantedPause(now);
  let probe: Promise<AirflowApi> | undefined;

  const {login} = address;
  const given = login.kind === 'token' ? new Admission(byToken(login, {hidden, now}), now) : undefined;

  /** One for each API: a login that was refused stays refused after the server was away. */
  const admissionOf = (version: Version): Admission | undefined => {
    const known = given ?? admissions.get(version.major);
    if (known || (login.kind === 'none' && version.major === 2)) return known;
    const context = {http, version, hidden, now};
    const admission = new Admission(login.kind === 'password' ? byPassword(login, context) : byNobody(context), now);
    admissions.set(version.major, admission);
    return admission;
  };

  const find = async (): Promise<AirflowApi> => {
    const version = await versionOf(new Client(http, {login, admission: given, hidden, pause}));
    const client = new Client(http, {
      login,
      admission: admissionOf(version),
      hidden,
      pause,
      onProblem: ({code, detail}) => {
        if (code === 'airflow.unreachable' || code === 'airflow.not-airflow' || isTombstone(detail)) probe = undefined;
      },
    });
    return version.major === 2 ? new V1(client, version) : new V2(client, version);
  };

  const connect = (signal?: AbortSignal): Promise<AirflowApi> => {
    if (!probe) {
      const started = find();
      probe = started;
      started.catch(() => {
        if (probe === started) probe = undefined;
      });
    }
    return orAbort(probe, signal);
  };

  return Object.assign(connect, {
    loginAgain: () => {
      pause.end();
      for (const admission of [...admissions.values(), given]) admission?.again();
    },
    latencyMs: () => http.lastTookMs,
  });
}

const versionWire = v.object({version: v.string()});

/** 3.x serves /api/v2 and a tombstone at /api/v1; 2.x serves /api/v1 and a page (404) at /api/v2. Both without a login. */
async function versionOf(client: Client): Promise<Version> {
  const second = await client.answerFreely({path: '/api/v2/version'});
  if (isVersion(second)) return read(second);
  if (second.status === 407 || second.status === 429) throw client.problemOf(second);
  const first = await client.answerFreely({path: '/api/v1/version'});
  if (isVersion(first)) return read(first);
  // Without its database 2.x fails at every address that it does not know: so only here this is the answer of the server.
  if (second.status >= 500) throw client.problemOf(second);
  if (isTombstone(saidBy(first))) {
    throw new Problem('airflow.not-airflow', 'this is Airflow 3, but it serves no /api/v2 here (api-server --apps?)');
  }
  const problem = client.problemOf(first);
  // Airflow itself tells its version to everybody.
  if (problem.code === 'airflow.unauthorised' || problem.code === 'airflow.forbidden') {
    throw new Problem('airflow.gate', problem.detail);
  }
  if (problem.code !== 'airflow.not-found') throw problem;
  throw new Problem('airflow.not-airflow', 'neither /api/v2/version nor /api/v1/version is there');
}

/** What 3.x says at each address of /api/v1. */
function isTombstone(said: string): boolean {
  return said.includes('removed in Airflow 3');
}

function isVersion(answer: Answer): boolean {
  return answer.status === 200 && !isPage(answer);
}

function read(answer: Answer): Version {
  const {version: text} = parsed(versionWire, answer);
  const version = readVersion(text);
  if (version) return version;
  throw new Problem('airflow.needs-version', `this is ${text}; windsock knows 2.0 to 3.3`);
}
