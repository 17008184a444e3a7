import type {Check} from '../check.ts';
import {failedAt, saidAt} from '../evidence.ts';
import {isWithoutDatabase} from '../heartbeat.ts';

/** What only a login can read is read: otherwise half of the console is blind. */
export const loginCheck: Check = {
  id: 'login',
  question: 'Does Airflow accept the login of the profile?',
  judge: evidence => {
    if (isWithoutDatabase(evidence)) return [];
    const refused = [evidence.workload, evidence.importErrors].find(
      seen => seen?.problem?.code === 'airflow.unauthorised' || seen?.problem?.code === 'airflow.forbidden',
    );
    const problem = refused?.problem;
    if (problem !== undefined) {
      return [
        {
          about: 'login',
          level: 'unknown',
          text: `${problem.title}: DAGs, runs and import errors cannot be read.`,
          hint: problem.hint,
          evidence: [{name: 'answer', value: problem.message, source: 'the API', ...failedAt(refused)}],
        },
      ];
    }
    if (evidence.workload?.value === undefined) return [];
    const fact = {name: 'list of tasks', value: 'was given', source: 'the API', ...saidAt(evidence.workload)};
    return [{about: 'login', level: 'ok', text: 'Airflow accepts the login of the profile.', evidence: [fact]}];
  },
};
