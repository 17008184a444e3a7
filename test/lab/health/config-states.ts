import type {PlantedState} from './planted.ts';

/** What airflow.cfg alone tells. */
export const configStates: readonly PlantedState[] = [
  {
    name: 'an empty fernet key',
    plant: patient => patient.configure('core.fernet_key='),
    heal: patient => patient.configure(),
    finds: [
      {
        level: 'warning',
        check: 'fernet-key',
        text: /^The fernet key of \S+ is empty: passwords of connections stand in the database in clear\.$/,
      },
    ],
    verdict: {level: 'warning', sentence: /^Airflow is scheduling, but: the fernet key of \S+ is empty/},
  },
  {
    name: 'example DAGs',
    plant: patient => patient.configure('core.load_examples=True'),
    heal: patient => patient.configure(),
    finds: [{level: 'warning', check: 'example-dags', text: /^The example DAGs of Airflow are loaded on \S+\.$/}],
    verdict: {level: 'warning', sentence: /^Airflow is scheduling, but: the example DAGs/},
  },
];
