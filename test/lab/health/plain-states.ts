import type {PlantedState} from './planted.ts';

/** What needs the executor that only 2.x has. */
export const plainStates: readonly PlantedState[] = [
  {
    name: 'a scheduler that waits for a task which it runs itself',
    only: 2,
    plant: async patient => {
      const api = await patient.console.airflow();
      await api.trigger('long_sleep', {conf: {}, runId: 'health'});
    },
    heal: async patient => {
      const {url, username, password} = patient.info.api;
      const headers = {
        authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
        'content-type': 'application/json',
      };
      const run = `${url}/api/v1/dags/long_sleep/dagRuns/health`;
      await fetch(run, {method: 'PATCH', headers, body: JSON.stringify({state: 'failed'})});
      await patient.until('the task has ended', async () => {
        const {running} = await patient.console.live.ask(patient.console.queries.workload);
        return running === 0;
      });
      await fetch(run, {method: 'DELETE', headers});
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
];
