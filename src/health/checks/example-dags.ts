import type {Check} from '../check.ts';
import {isTrue, named, standing} from '../settings.ts';

/** Airflow's own examples are not among the DAGs. They are loaded unless something says no. */
export const exampleDagsCheck: Check = {
  id: 'example-dags',
  question: 'Are the example DAGs left out?',
  see: {key: '3', title: 'Config'},
  judge: evidence =>
    standing(evidence, {section: 'core', option: 'load_examples', byDefault: () => 'True'}).map(
      ({value, hosts, evidence: facts}) => {
        const about = hosts.join(' ');
        if (!isTrue(value)) return {about, level: 'ok', text: 'The example DAGs are left out.', evidence: facts};
        return {
          about,
          level: 'warning',
          text: `The example DAGs of Airflow are loaded on ${named(hosts)}.`,
          hint: 'Set load_examples to False and restart; delete those that are in the list of DAGs already.',
          evidence: facts,
        };
      },
    ),
};
