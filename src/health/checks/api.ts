import {oneLine} from '../../text.ts';
import type {Check} from '../check.ts';
import {failedAt} from '../evidence.ts';
import {unitsOf} from '../heartbeat.ts';

/** The API answers. In 2.x it lives in the webserver, in 3.x in the api-server: so this is "web server alive", too. */
export const apiCheck: Check = {
  id: 'api',
  question: 'Does the web server answer?',
  judge: evidence => {
    const {airflow} = evidence;
    if (airflow === undefined) {
      return [
        {
          about: 'api',
          level: 'note',
          text: 'The profile names no API, so only the hosts can be looked at.',
          hint: 'Add "api = http://…" to the profile.',
          evidence: [{name: 'api', value: 'is not set', source: 'the profile', atMs: evidence.nowMs}],
        },
      ];
    }
    if (airflow.problem !== undefined) {
      const web = [...unitsOf(evidence, 'webserver'), ...unitsOf(evidence, 'api-server')].find(
        unit => unit.state !== 'active',
      );
      const {problem} = airflow;
      return [
        {
          about: 'api',
          level: 'critical',
          text: `${problem.title}${problem.detail === '' ? '' : ` (${oneLine(problem.detail, 120)})`}.`,
          hint: web === undefined ? problem.hint : `Press R on ${web.name} to restart it.`,
          ...(web === undefined ? {} : {cure: {kind: 'restart', host: web.host, unit: web.name}}),
          evidence: [{name: 'answer', value: problem.message, source: 'the API', ...failedAt(airflow)}],
        },
      ];
    }
    if (airflow.value === undefined) return [];
    return [
      {
        about: 'api',
        level: 'ok',
        text: 'The web server answers.',
        evidence: [
          {
            name: 'answered in',
            value: `${Math.round(airflow.value.tookMs)} ms`,
            source: 'the API',
            atMs: airflow.value.answeredAtMs,
          },
        ],
      },
    ];
  },
};
