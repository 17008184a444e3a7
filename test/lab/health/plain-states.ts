import type {PlantedState} from './planted.ts';

/** What only 2.x has: an executor that holds up the scheduler; and a log of the DAG files, of a scheduler that no other state starts anew. */
export const plainStates: readonly PlantedState[] = [
  {
    name: 'a scheduler that waits for a task which it runs itself',
    only: 2,
    plant: async patient => {
      const api = await patient.console.airflow();
      await api.trigger('long_sleep', {conf: {}, runId: `health-${Date.now()}`});
    },
    heal: async patient => {
      const {url, username, password} = patient.info.api;
      const headers = {
        authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
        'content-type': 'application/json',
      };
      const api = await patient.console.airflow();
      for (const {id} of (await api.runs('long_sleep', 100)).items.filter(run => run.state === 'running')) {
        const run = `${url}/api/v1/dags/long_sleep/dagRuns/${id}`;
        await fetch(run, {method: 'PATCH', headers, body: JSON.stringify({state: 'failed'})});
      }
      await patient.until('the task has ended', async () => {
        const {running} = await patient.console.live.ask(patient.console.queries.workload);
        return running === 0;
      });
    },
    finds: [
      {
        level: 'warning',
        check: 'scheduler',
        text: /^The scheduler is alive, but waits for long_sleep\.tick, which it runs itself: it last reported .* ago and starts nothing\.$/,
      },
    ],
    verdict: {
      level: 'warning',
      sentence: /^Nothing is scheduled until long_sleep\.tick ends: the scheduler runs it itself, for .* now\.$/,
    },
    withinMs: 120_000,
  },
  {
    name: 'DAG files that are no longer read',
    only: 2,
    // As if it had stopped a while ago; the scheduler itself goes on.
    plant: patient =>
      patient.sh(
        "kill -STOP $(pgrep -f '^airflow scheduler -- DagFileProcessorManager'); touch -d '-10 minutes' $1",
        '/var/log/airflow/dag_processor_manager/dag_processor_manager.log',
      ),
    heal: patient => patient.fault('thaw', 'scheduler'),
    finds: [
      {
        level: 'warning',
        check: 'parsing',
        text: /^The DAG files on \S+ have not been read for 1\d min.*: changes are not seen\.$/,
      },
    ],
    verdict: {level: 'warning', sentence: /^Airflow is scheduling, but: the DAG files on \S+ have not been read/},
    // A scheduler of less than 5 minutes is not expected to have read them.
    withinMs: 240_000,
  },
];
