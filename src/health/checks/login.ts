import type {Check} from '../check.ts';
import {isWithoutDatabase} from '../heartbeat.ts';

/** What only a login can read is read: otherwise half of the console is blind. */
export const loginCheck: Check = {
  id: 'login',
  question: 'Does Airflow accept the login of the profile?',
  judge: evidence => {
    if (isWithoutDatabase(evidence)) return [];
    const problem = [evidence.workload?.problem, evidence.importErrors?.problem].find(
      candidate => candidate?.code === 'airflow.unauthorised' || candidate?.code === 'airflow.forbidden',
    );
    if (problem !== undefined) {
      return [
        {
          about: 'login',
          level: 'unknown',
          text: `${problem.title}: DAGs, runs and import errors cannot be read.`,
          hint: problem.hint,
          evidence: [{name: 'answer', value: problem.message, source: 'the API'}],
        },
      ];
    }
    if (evidence.workload?.value === undefined) return [];
    return [{about: 'login', level: 'ok', text: 'Airflow accepts the login of the profile.', evidence: []}];
  },
};
