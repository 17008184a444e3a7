import {isoTime} from '../world/run.ts';
import {type Endpoint, ok} from './endpoint.ts';
import {Refusal, refuse} from './refusal.ts';

const noPage = '<!DOCTYPE html>\n<html lang="en">\n  <head>\n    <title>Airflow 404</title>\n  </head>\n</html>';

/** What FAB's auth manager and the page know of users. */
export const userEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/auth/token',
    login: false,
    // Only the simple auth manager gives a token to everybody.
    answer: () => {
      throw new Refusal(404, noPage);
    },
  },
  {
    method: 'GET',
    path: '/auth/fab/v1/users/{username}',
    login: true,
    answer: ({params}, {user, world}) => {
      if (params.username !== user) throw refuse(404, `The User with username \`${params.username}\` was not found`);
      const createdAt = naive(world.startedAt - 90 * 86_400_000);
      return ok({
        username: user,
        email: `${user}@example.com`,
        first_name: 'Ada',
        last_name: 'Admin',
        roles: [{name: 'Admin'}],
        active: true,
        last_login: naive(world.startedAt),
        login_count: 42,
        fail_login_count: 0,
        created_on: createdAt,
        changed_on: createdAt,
      });
    },
  },
  {
    method: 'GET',
    path: '/ui/config',
    login: true,
    answer: () =>
      ok({
        fallback_page_limit: 50,
        auto_refresh_interval: 3,
        hide_paused_dags_by_default: false,
        instance_name: 'Airflow',
        enable_swagger_ui: true,
        require_confirmation_dag_change: false,
        default_wrap: false,
        test_connection: 'Disabled',
        dashboard_alert: [],
        show_external_log_redirect: false,
        external_log_name: null,
        theme: null,
        multi_team: false,
        rerun_with_latest_version: null,
      }),
  },
];

/** FAB writes its times without a zone. */
const naive = (ms: number): string => isoTime(ms).replace(/Z$/, '');
