import type {Patient} from './patient.ts';
import type {PlantedState} from './planted.ts';

const publicRole = 'echo "AUTH_ROLE_PUBLIC = \'Admin\'" >>/opt/airflow/webserver_config.py';
const noPublicRole = "sed -i '/^AUTH_ROLE_PUBLIC/d' /opt/airflow/webserver_config.py";
const simple = 'airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager';

/** Starts the web server anew with the sound airflow.cfg and these settings. */
async function withSettings(patient: Patient, ...settings: readonly string[]): Promise<void> {
  await patient.configure(...settings);
  await patient.restartWeb();
}

/** What the web server tells, and to whom. */
export const webStates: readonly PlantedState[] = [
  {
    name: 'a web server of whose workers one is missing',
    only: 2,
    // Whoever would start a new one is held up.
    plant: patient =>
      patient.sh(
        "kill -STOP $(systemctl show -P MainPID airflow-webserver) $(pgrep -f '^gunicorn: master \\[airflow-webserver\\]'); kill -9 $(pgrep -f '^\\[ready\\] gunicorn: worker' | head -1)",
      ),
    heal: patient => patient.fault('thaw', 'webserver'),
    finds: [
      {
        level: 'warning',
        check: 'web-workers',
        text: /^Only 1 of the 2 workers of airflow-webserver on \S+ lives\.$/,
      },
    ],
    verdict: {level: 'warning', sentence: /^Airflow is scheduling, but: only 1 of the 2 workers/i},
    withinMs: 90_000,
  },
  {
    name: 'a web server that is frozen',
    slow: true,
    plant: patient => patient.fault('freeze', patient.web.replace('airflow-', '')),
    heal: patient => patient.fault('thaw', patient.web.replace('airflow-', '')),
    finds: [{level: 'critical', check: 'api', text: /^The Airflow API did not answer in time/}],
    verdict: {level: 'critical', sentence: /^The Airflow API did not answer in time/},
    withinMs: 60_000,
  },
  {
    name: 'a web server that does not run',
    plant: patient => patient.stop(patient.web),
    heal: patient => patient.restartWeb(),
    finds: [
      {level: 'critical', check: 'api', text: /^The Airflow API does not answer/},
      {
        level: 'critical',
        check: 'units',
        text: /^airflow-(webserver|api-server) on \S+ is not running for .*\.$/,
      },
    ],
    verdict: {level: 'critical', sentence: /^The Airflow API does not answer/},
  },
  {
    name: 'a configuration with its secrets in the API',
    only: 2,
    plant: patient => withSettings(patient, 'webserver.expose_config=True'),
    heal: withSettings,
    finds: [
      {
        level: 'critical',
        check: 'expose-config',
        text: /^The API gives the fernet key and the password of the database in clear \(expose_config\)\.$/,
      },
    ],
    verdict: {level: 'critical', sentence: /^Airflow is scheduling, but: the API gives the fernet key/},
  },
  {
    name: 'a configuration without its secrets in the API',
    slow: true,
    only: 3,
    plant: patient => withSettings(patient, 'api.expose_config=True'),
    heal: withSettings,
    finds: [
      {
        level: 'note',
        check: 'expose-config',
        text: /^The API gives its configuration, without the secrets \(expose_config\)\.$/,
      },
    ],
  },
  {
    name: 'an API and pages that want no login',
    only: 2,
    plant: async patient => {
      await patient.sh(publicRole);
      await withSettings(patient, 'api.auth_backends=airflow.api.auth.backend.default');
    },
    heal: async patient => {
      await patient.sh(noPublicRole);
      await withSettings(patient);
    },
    finds: [
      {level: 'critical', check: 'authentication', text: /^The API answers requests without a login/},
      {level: 'warning', check: 'authentication', text: /^The web pages are shown to who has no login/},
    ],
    verdict: {level: 'critical', sentence: /^Airflow is scheduling, but: the API answers requests without a login/},
  },
  {
    name: 'a web server where everybody is an administrator',
    only: 3,
    plant: patient => withSettings(patient, `core.auth_manager=${simple}`, 'core.simple_auth_manager_all_admins=True'),
    heal: withSettings,
    finds: [{level: 'critical', check: 'authentication', text: /^Whoever reaches the web server is an administrator/}],
    verdict: {level: 'critical', sentence: /^Airflow is scheduling, but: whoever reaches the web server/i},
  },
  {
    // Since 2.3 Airflow itself takes the session of a browser in place of deny_all: the API is closed for nobody who may log in.
    name: 'an API that refuses everybody (and 2.3 or later makes a session of that)',
    slow: true,
    only: 2,
    plant: patient => withSettings(patient, 'api.auth_backends=airflow.api.auth.backend.deny_all'),
    heal: withSettings,
    finds: [],
  },
];
