import type {DemoComponent} from './unit.ts';

/** What sudo wrote: who started the scheduler two days ago, and who killed it. */
export function sudoLines(diedAt: number, startedAt: number) {
  const line = (atMs: number, command: string) => ({
    atMs,
    unit: '',
    by: 'sudo' as const,
    invocation: '',
    pid: 4_199_000,
    priority: 5,
    message: `     ops : TTY=pts/0 ; PWD=/home/ops ; USER=root ; COMMAND=/usr/bin/systemctl ${command}`,
  });
  return [
    line(startedAt - 1_400, 'start airflow-scheduler'),
    line(diedAt - 20, 'kill --signal=SIGKILL airflow-scheduler'),
  ];
}

type Saying = {
  readonly component: DemoComponent;
  readonly atMs: number;
  readonly message: string;
  readonly priority?: number;
};

/** What the components wrote before the scheduler died, oldest first. */
export function lastWords(diedAt: number): Saying[] {
  const sayings: Saying[] = [];
  const say = (component: DemoComponent, beforeMs: number, message: string, priority?: number) =>
    sayings.push({component, atMs: diedAt - beforeMs, message, ...(priority === undefined ? {} : {priority})});
  say('api-server', 3_600_000, 'INFO:     Application startup complete.');
  say('triggerer', 3_590_000, 'Starting the triggerer');
  say('dag-processor', 3_580_000, 'Starting the Dag Processor Manager');
  for (let minutes = 40; minutes > 0; minutes -= 5) {
    const run = new Date(Math.floor((diedAt - minutes * 60_000) / 300_000) * 300_000).toISOString().slice(0, 19);
    say('scheduler', minutes * 60_000, `DagRun Finished: dag_id=metrics_5min, run_id=scheduled__${run}+00:00`);
    say('dag-processor', minutes * 60_000 - 9000, 'Checking for new files in bundle dags-folder every 300 seconds');
    say('api-server', minutes * 60_000 - 21_000, 'INFO:     127.0.0.1 - "GET /api/v2/monitor/health HTTP/1.1" 200');
  }
  say('dag-processor', 95_000, 'Failed to import: broken_import.py', 3);
  say('triggerer', 62_000, '0 triggers currently running');
  say('scheduler', 2500, 'Found 2 task instances without a heartbeat for 120 seconds', 4);
  return sayings.sort((a, b) => a.atMs - b.atMs);
}
