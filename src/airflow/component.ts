/** The parts of Airflow, in the words of its own commands and of `/health`. */
const components = [
  'scheduler',
  'webserver',
  'api-server',
  'dag-processor',
  'triggerer',
  'worker',
  'flower',
  'kerberos',
  'standalone',
  'database',
] as const;

export type Component = (typeof components)[number];
