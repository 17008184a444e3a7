import type {Seen} from '../../live/live.ts';
import type {Check, Judgement} from '../check.ts';
import {type Evidence, saidAt} from '../evidence.ts';
import {notFoundOut} from '../not-found-out.ts';

/** Who has no login gets nothing, neither from the API nor in a browser. */
export const authenticationCheck: Check = {
  id: 'authentication',
  question: 'Do the API and the web pages refuse requests without a login?',
  see: {key: '3', title: 'Config'},
  judge: evidence => {
    if (evidence.airflow?.problem !== undefined) return [];
    // Then the API is open as well, and for the same reason.
    if (evidence.pageAccess?.value === 'all-admins') return ofPages(evidence);
    return [...ofApi(evidence), ...ofPages(evidence)];
  },
};

function ofApi(of: Evidence): readonly Judgement[] {
  const {access} = of;
  const what = 'Whether the API refuses requests without a login';
  if (access?.value === undefined) return notFoundOut(of, access, 'api', what);
  const evidence = [fact('request without a login', apiWords[access.value], 'the API', access)];
  const about = 'api';
  switch (access.value) {
    case 'refused':
      return [{about, level: 'ok', text: 'The API refuses requests without a login.', evidence}];
    case 'denies-all':
      return [
        {
          about,
          level: 'warning',
          text: 'The API refuses everybody, whatever the login (auth_backend is deny_all).',
          hint: 'Set [api] auth_backend to airflow.api.auth.backend.basic_auth and restart the web server.',
          evidence,
        },
      ];
    case 'open':
      return [
        {
          about,
          level: 'critical',
          text: 'The API answers requests without a login: whoever reaches it can do everything.',
          hint: 'Set auth_backends (2.x) or an auth manager (3.x) in airflow.cfg, and restart the web server.',
          evidence,
        },
      ];
  }
}

function ofPages(of: Evidence): readonly Judgement[] {
  const access = of.pageAccess;
  const what = 'Whether the web pages refuse who has no login';
  if (access?.value === undefined) return notFoundOut(of, access, 'pages', what);
  const evidence = [fact('page without a login', pageWords[access.value], 'the web server', access)];
  const about = 'pages';
  switch (access.value) {
    case 'refused':
      return [{about, level: 'ok', text: 'The web pages refuse who has no login.', evidence}];
    case 'all-admins':
      return [
        {
          about,
          level: 'critical',
          text: 'Whoever reaches the web server is an administrator (simple_auth_manager_all_admins).',
          hint: 'Set simple_auth_manager_all_admins to False in [core], and restart the api-server.',
          evidence,
        },
      ];
    case 'open':
      return [
        {
          about,
          level: 'warning',
          text: 'The web pages are shown to who has no login (AUTH_ROLE_PUBLIC).',
          hint: 'Take AUTH_ROLE_PUBLIC out of webserver_config.py, and restart the web server.',
          evidence,
        },
      ];
  }
}

const apiWords = {refused: 'was refused', open: 'was answered', 'denies-all': 'was refused, as with a login'} as const;
const pageWords = {refused: 'was refused', open: 'was shown', 'all-admins': 'got a token of an administrator'} as const;

const fact = (name: string, value: string, source: string, seen: Seen<unknown>) => ({
  name,
  value,
  source,
  ...saidAt(seen),
});
