import type {Check} from '../check.ts';
import {failedAt} from '../evidence.ts';

/** Nobody gets in with a password that everybody knows. Tried only when somebody wants it. */
export const defaultPasswordsCheck: Check = {
  id: 'default-passwords',
  question: 'Does Airflow refuse the passwords that everybody knows?',
  judge: ({loginTrial}) => {
    if (loginTrial === undefined) return [];
    const {problem, value, atMs} = loginTrial;
    if (problem !== undefined) {
      return [
        {
          about: 'login',
          level: 'unknown',
          text: `Whether well-known passwords are refused is not known: ${problem.title.toLowerCase()}.`,
          hint: problem.hint,
          evidence: [{name: 'answer', value: problem.message, source: 'the API', ...failedAt(loginTrial)}],
        },
      ];
    }
    if (value === undefined) return [];
    const evidence = value.tried.map(user => ({
      name: `login as ${user} with the password ${user}`,
      value: value.admitted.includes(user) ? 'was admitted' : 'was refused',
      source: 'the API',
      ...(atMs === undefined ? {} : {atMs}),
    }));
    const [user] = value.admitted;
    if (user === undefined) {
      return [{about: 'login', level: 'ok', text: 'Airflow refuses the passwords that everybody knows.', evidence}];
    }
    return [
      {
        about: 'login',
        level: 'critical',
        text: `Airflow admits the user ${user} with the password ${user}: whoever reaches it can log in.`,
        hint: `Change it: "airflow users reset-password -u ${user}" (2.x, and 3.x with FAB).`,
        evidence,
      },
    ];
  },
};
