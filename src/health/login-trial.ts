import type {AirflowApi} from '../airflow/api.ts';
import type {Query} from '../live/query.ts';

/** Logins that Airflow's guides, images and charts create: `airflow users create` of the quick start, and docker-compose. */
const defaults = [
  {user: 'admin', password: 'admin'},
  {user: 'airflow', password: 'airflow'},
] as const;

export type LoginTrial = {
  /** The users that were tried, with a password that is their name. */
  readonly tried: readonly string[];
  /** Those that Airflow admits. */
  readonly admitted: readonly string[];
};

/** Logs in with well-known passwords. Airflow counts refused logins and writes them to its log: only on demand. */
export function loginTrialQuery(airflow: () => Promise<AirflowApi>): Query<LoginTrial> {
  return {
    name: 'login-trial',
    args: [],
    asks: 'the API',
    everyMs: 24 * 3_600_000,
    read: async signal => {
      const api = await airflow();
      const admitted: string[] = [];
      // One after the other: many at once are taken for an attack.
      for (const {user, password} of defaults) {
        if (await api.admitsLogin(user, password, signal)) admitted.push(user);
      }
      return {tried: defaults.map(({user}) => user), admitted};
    },
  };
}
