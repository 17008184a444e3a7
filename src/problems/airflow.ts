/** Expected failures of the REST API. */
export const airflowProblems = {
  'airflow.unreachable': {
    title: 'The Airflow API does not answer',
    hint: 'Check the unit of the web server (screen 1) and the address in the profile.',
  },
  'airflow.timeout': {
    title: 'The Airflow API did not answer in time',
    hint: 'The web server may be overloaded or frozen. Look at its unit and its journal (screen 1).',
  },
  'airflow.proxy': {
    title: 'The proxy does not let windsock through',
    hint: 'Check proxy in the profile, or HTTPS_PROXY and NO_PROXY where it has none. proxy = none goes without one.',
  },
  'airflow.gate': {
    title: 'Something before Airflow wants a login of its own',
    hint: 'Put a token that it takes into the profile (token_command), or an address that leads straight to Airflow.',
  },
  'airflow.unauthorised': {
    title: 'Airflow refused the login',
    hint: 'Check the user and the password in the profile, and the auth backends of the server.',
  },
  'airflow.forbidden': {
    title: 'Airflow does not allow this user to do that',
    hint: 'Give the user of the profile a role that may do it, or use another user.',
  },
  'airflow.looks-only': {
    title: 'Airflow lets this user look, but not trigger or pause',
    hint: 'Give the user a role like User or Op; or write read_only = yes into the profile, if it is only to look.',
  },
  'airflow.no-heartbeat': {
    title: 'The scheduler does not report',
    hint: 'Nothing is scheduled then. "windsock health" and screen 1 say why.',
  },
  'airflow.not-found': {
    title: 'Airflow does not know this',
    hint: 'It may have been deleted, or its file cannot be imported any more. Refresh the list.',
  },
  'airflow.conflict': {
    title: 'Airflow says that this exists already',
    hint: 'Look at the list before you repeat it.',
  },
  'airflow.invalid': {
    title: 'Airflow refused the values',
    hint: 'Correct the values and try again.',
  },
  'airflow.busy': {
    title: 'Airflow asks to be asked less often',
    hint: 'windsock waits longer before it asks again.',
  },
  'airflow.failed': {
    title: 'Airflow failed while it answered',
    hint: 'The journal of the web server has the reason: screen 1, then l.',
  },
  'airflow.not-airflow': {
    title: 'Something else than the Airflow API answered',
    hint: 'Check the address in the profile: a proxy or a login page may stand before Airflow.',
  },
  'airflow.unreadable': {
    title: 'An answer of the Airflow API could not be understood',
    hint: 'Is this version of Airflow supported? The README lists the versions.',
  },
  'airflow.run-failed': {
    title: 'The run failed',
    hint: 'Enter on the DAG shows its runs and their tasks; the logs of the failed tasks have the reason.',
  },
  'airflow.needs-version': {
    title: 'This version of Airflow cannot do that',
    hint: 'A newer Airflow can.',
  },
  'airflow.no-api': {
    title: 'This profile names no Airflow API',
    hint: 'Add a line "api = http://…" to the profile.',
  },
} as const;
