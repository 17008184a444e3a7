import {endOfLife} from '../../airflow/end-of-life.ts';
import {readVersion} from '../../airflow/versions.ts';
import {age} from '../../words.ts';
import type {Check} from '../check.ts';
import {installations} from '../settings.ts';

/** The project still mends this version. */
export const endOfLifeCheck: Check = {
  id: 'end-of-life',
  question: 'Does this version of Airflow still get fixes?',
  judge: evidence => {
    const [installed] = installations(evidence).filter(({installation}) => installation.version !== undefined);
    const version = readVersion(evidence.version ?? installed?.installation.version ?? '');
    if (version === undefined) return [];
    const told = evidence.version !== undefined;
    const fact = {
      name: 'version',
      value: version.text,
      source: told ? 'the API, when windsock connected' : `the program on ${installed?.host}`,
      ...(told || installed?.atMs === undefined ? {} : {atMs: installed.atMs}),
    };
    const end = endOfLife(version);
    if (end === undefined || evidence.nowMs < end.atMs) {
      return [{about: 'version', level: 'ok', text: `Airflow ${version.text} still gets fixes.`, evidence: [fact]}];
    }
    const day = new Date(end.atMs).toISOString().slice(0, 10);
    return [
      {
        about: 'version',
        level: 'warning',
        text: `${end.of} gets no fixes any more, not even for security, since ${day} (${age(evidence.nowMs - end.atMs)} ago).`,
        hint: 'Plan the way to Airflow 3: backup, then "airflow config lint" (2.11) names what must change.',
        evidence: [fact, {name: 'end of support', value: day, source: end.source}],
      },
    ];
  },
};
