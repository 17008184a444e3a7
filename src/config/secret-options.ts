import {createHash} from 'node:crypto';
import {holdsSecret} from '../secret-text.ts';
import {masked, maskUrls} from '../text.ts';

/**
 * The options that Airflow itself calls sensitive, of all versions from 1.10 to 3.3 (and its Celery provider): for these alone
 * `…_cmd` and `…_secret` work.
 */
const sensitive: ReadonlySet<string> = new Set([
  ...['sql_alchemy_conn', 'fernet_key', 'internal_api_secret_key'].map(option => `core.${option}`),
  ...['dataset_manager_kwargs', 'asset_manager_kwargs'].map(option => `core.${option}`),
  ...['sql_alchemy_conn', 'sql_alchemy_conn_async', 'sql_alchemy_engine_args'].map(option => `database.${option}`),
  ...['broker_url', 'result_backend', 'flower_basic_auth'].map(option => `celery.${option}`),
  'celery_broker_transport_options.sentinel_kwargs',
  'api.secret_key',
  'api_auth.jwt_secret',
  'atlas.password',
  'kubernetes.git_password',
  'ldap.bind_password',
  'logging.remote_task_handler_kwargs',
  'opensearch.password',
  'secrets.backend_kwargs',
  'sentry.sentry_dsn',
  'smtp.smtp_password',
  'webserver.secret_key',
  'workers.secrets_backend_kwargs',
]);

const secretName =
  /(^|_)(password|passwd|passphrase|secret|token|credentials?|basic_auth|dsn|((fernet|secret|access|private|api|auth|account|encryption|signing)_?key))$/;

/** Whether Airflow looks for `…_cmd` and `…_secret` of this option. */
export const hasCommand = (section: string, option: string): boolean => sensitive.has(`${section}.${option}`);

/** Whether a value must not be shown whole: by Airflow's list, by the name, or by what is in it. Names may be of one team. */
export function isSecret(section: string, option: string, value: string): boolean {
  const plain = withoutTeam(section, option);
  return (
    hasCommand(plain.section, plain.option.replace(/_(cmd|secret)$/, '')) ||
    secretName.test(plain.option) ||
    maskUrls(value) !== value ||
    holdsSecret(value)
  );
}

/** Of a team's [team=section], and of section TEAM with option _SECTION__OPTION, as AIRFLOW__{TEAM}___{SECTION}__{OPTION} reads (since 3.2). */
function withoutTeam(section: string, option: string): {readonly section: string; readonly option: string} {
  const [, inVariable, name] = /^_([^_].*?)__(.+)$/.exec(option) ?? [];
  return {
    section: (inVariable ?? section.replace(/^[^=]*=/, '')).toLowerCase(),
    option: (name ?? option).toLowerCase(),
  };
}

/** Tells whether two secrets are the same, and nothing else: the first 8 hex digits of the SHA-256, as "a91c:77de". */
export const fingerprint = (secret: string): string =>
  createHash('sha256').update(secret).digest('hex').slice(0, 8).replace(/^.{4}/, '$&:');

/** What may be shown of a secret: an address without its password, or the mask alone. */
export function mask(option: string, value: string): string {
  if (value === '') return '';
  const isAddress = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) && /(_conn|_conn_async|_url|_backend)$/.test(option);
  const shown = isAddress ? maskUrls(value) : masked;
  return holdsSecret(shown) ? masked : shown;
}
