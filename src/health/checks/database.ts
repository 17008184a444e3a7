import type {Check} from '../check.ts';
import {answered} from '../evidence.ts';
import {unitsOf} from '../heartbeat.ts';

/** Airflow reaches its metadata database. */
export const databaseCheck: Check = {
  id: 'database',
  question: 'Does Airflow reach its metadata database?',
  judge: evidence => {
    const airflow = answered(evidence);
    if (airflow === undefined) return [];
    const fact = {
      name: 'metadatabase',
      value: airflow.database.says,
      source: 'the API: health',
      atMs: airflow.answeredAtMs,
    };
    if (airflow.database.says === 'healthy') {
      return [{about: 'database', level: 'ok', text: 'Airflow reaches its metadata database.', evidence: [fact]}];
    }
    const [web] = [...unitsOf(evidence, 'webserver'), ...unitsOf(evidence, 'api-server')];
    return [
      {
        about: 'database',
        level: 'critical',
        text: 'Airflow does not reach its metadata database: nothing can be scheduled.',
        hint: 'Look at the database server, then at the journal of the web server (l).',
        ...(web === undefined ? {} : {unit: {host: web.host, unit: web.name}}),
        evidence: [fact],
      },
    ];
  },
};
