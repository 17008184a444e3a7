import type {AirflowApi, Rights} from '../airflow/api.ts';
import {type ConnectOptions, connectAirflow} from '../airflow/connect.ts';
import type {ProblemCode} from '../problems/index.ts';
import {Problem} from '../problems/problem.ts';
import type {ApiAddress, Profile} from '../profile/profile.ts';
import {age} from '../words.ts';
import type {Step} from './step.ts';

/** Somebody answered, though not as an Airflow that windsock knows. */
const answeredWith: ReadonlySet<ProblemCode> = new Set([
  'airflow.not-airflow',
  'airflow.needs-version',
  'airflow.gate',
  'airflow.unreadable',
  'airflow.failed',
  'airflow.busy',
]);

/** Roles of Airflow itself that may change nothing. */
const lookingRoles: ReadonlySet<string> = new Set(['Viewer', 'Public']);

/** What is asked of the API of a profile. */
export function apiSteps(
  address: ApiAddress,
  {readOnly}: Pick<Profile, 'readOnly'>,
  watch: ConnectOptions,
): readonly Step[] {
  const limitMs = Math.max(30_000, 2 * address.timeoutMs);
  const connection = connectAirflow(address, watch);
  let answered: AirflowApi | Problem | undefined;
  const api = (): AirflowApi => {
    if (answered === undefined || answered instanceof Problem) throw new Error('asked before its version');
    return answered;
  };
  return [
    {
      name: 'reachable',
      question: 'Does the address answer?',
      limitMs,
      needs: [],
      ask: async signal => {
        try {
          answered = await connection(signal);
        } catch (error) {
          if (!(error instanceof Problem) || !answeredWith.has(error.code)) throw error;
          answered = error;
        }
        const tookMs = connection.latencyMs();
        return `${address.url} answers${tookMs === undefined ? '' : `, ${Math.round(tookMs)} ms`}`;
      },
    },
    {
      name: 'version',
      question: 'Is it an Airflow that windsock knows?',
      limitMs,
      needs: ['reachable'],
      ask: async () => {
        if (answered instanceof Problem) throw answered;
        return `Airflow ${api().version}`;
      },
    },
    {
      name: 'login',
      question: 'Does Airflow accept the login?',
      limitMs,
      needs: ['version'],
      ask: async signal => {
        try {
          await api().importErrors(signal);
        } catch (error) {
          // Whom Airflow forbids something, it knows.
          if (!(error instanceof Problem) || error.code !== 'airflow.forbidden' || address.login.kind === 'none')
            throw error;
        }
        const {login} = address;
        if (login.kind === 'none') return 'the profile has no login, and Airflow wants none';
        return login.kind === 'token' ? 'the token is accepted' : `${login.user} is accepted`;
      },
    },
    {
      name: 'role',
      question: 'May the user see and change DAGs?',
      limitMs,
      needs: ['login'],
      ask: async signal => judgeRights(await api().rights(signal), who(address), readOnly),
    },
    {
      name: 'heartbeat',
      question: 'Does the scheduler report?',
      limitMs,
      needs: ['version'],
      ask: async signal => {
        const {scheduler} = await api().health(signal);
        const {says, heartbeatAgeMs} = scheduler;
        const seen = heartbeatAgeMs === undefined ? '' : `${age(heartbeatAgeMs)} ago`;
        if (says === 'healthy') return `the scheduler reported ${seen === '' ? 'lately' : seen}`;
        throw new Problem(
          'airflow.no-heartbeat',
          says === 'never' ? 'it never did' : seen === '' ? '' : `it last did ${seen}`,
        );
      },
    },
  ];
}

const who = ({login}: ApiAddress): string => (login.kind === 'password' ? login.user : 'the login');

/** What the user may do, in words. A profile that may change something needs a user that may. */
function judgeRights(rights: Rights, user: string, readOnly: boolean): string {
  if (rights.kind === 'not known') throw new Problem('airflow.unauthorised', rights.why);
  if (rights.kind === 'roles') {
    const {roles} = rights;
    const named = roles.length === 0 ? `${user} has no role` : `${user} has the ${plural(roles, 'role')}`;
    if (roles.length === 0) throw new Problem('airflow.forbidden', named);
    if (!readOnly && roles.every(role => lookingRoles.has(role))) throw new Problem('airflow.looks-only', named);
    return named;
  }
  const may = [...rights.may];
  if (!rights.may.has('see DAGs')) throw new Problem('airflow.forbidden', `${user} may not see DAGs`);
  if (!readOnly && !rights.may.has('change DAGs')) {
    throw new Problem('airflow.looks-only', `${user} may ${may.join(', ')}`);
  }
  return `${user} may ${may.join(', ')}`;
}

const plural = (names: readonly string[], word: string): string =>
  `${word}${names.length === 1 ? '' : 's'} ${names.join(', ')}`;
