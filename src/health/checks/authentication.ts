import type {Check} from '../check.ts';
import {notFoundOut} from '../not-found-out.ts';

/** A request without a login is refused. */
export const authenticationCheck: Check = {
  id: 'authentication',
  question: 'Does the API refuse requests without a login?',
  judge: evidence => {
    const {access, airflow} = evidence;
    if (access === undefined || airflow?.problem !== undefined) return [];
    if (access.value === undefined)
      return notFoundOut(access, 'api', 'Whether the API refuses requests without a login');
    const fact = {
      name: 'request without a login',
      value: access.value === 'open' ? 'was answered' : 'was refused',
      source: 'the API',
      ...(access.atMs === undefined ? {} : {atMs: access.atMs}),
    };
    if (access.value === 'refused') {
      return [{about: 'api', level: 'ok', text: 'The API refuses requests without a login.', evidence: [fact]}];
    }
    return [
      {
        about: 'api',
        level: 'critical',
        text: 'The API answers requests without a login: whoever reaches it can do everything.',
        hint: 'Set auth_backends (2.x) or an auth manager (3.x) in airflow.cfg, and restart the web server.',
        evidence: [fact],
      },
    ];
  },
};
