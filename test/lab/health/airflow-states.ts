import {readFileSync} from 'node:fs';
import type {PlantedState} from './planted.ts';

const dags = '/opt/airflow/dags';
const brokenDag = readFileSync(new URL('../dags/broken_import.py', import.meta.url), 'utf8');

/** What goes wrong inside of Airflow, whatever systemd says. */
export const airflowStates: readonly PlantedState[] = [
  {
    name: 'a triggerer that is dead while a task waits for it',
    plant: async patient => {
      const api = await patient.console.airflow();
      const runId = `health-${Date.now()}`;
      await api.trigger('deferring', {conf: {}, runId});
      await patient.until('the task is deferred', async () => {
        const {items} = await api.tasks('deferring', runId);
        return items.some(({state}) => state === 'deferred');
      });
      await patient.stop('airflow-triggerer');
    },
    heal: patient => patient.systemctl('start', 'airflow-triggerer'),
    finds: [
      {level: 'critical', check: 'units', text: /^airflow-triggerer on \S+ is not running/},
      {
        level: 'critical',
        check: 'heartbeats',
        text: /^The triggerer last reported .* ago: 1 deferred task waits for it\.$/,
      },
    ],
    verdict: {level: 'critical', sentence: /^Airflow is scheduling, but: airflow-triggerer on \S+ is not running/},
    withinMs: 60_000,
  },
  {
    name: 'a DAG processor that is dead',
    only: 3,
    plant: patient => patient.stop('airflow-dag-processor'),
    heal: patient => patient.systemctl('start', 'airflow-dag-processor'),
    finds: [
      {level: 'critical', check: 'units', text: /^airflow-dag-processor on \S+ is not running/},
      {
        level: 'critical',
        check: 'heartbeats',
        text: /^The dag-processor last reported .* ago: changes of DAG files are not seen\.$/,
      },
    ],
    verdict: {level: 'critical', sentence: /^Airflow is scheduling, but: airflow-dag-processor on \S+ is not running/},
    withinMs: 60_000,
  },
  {
    name: 'a scheduler on another machine that is dead while one here lives',
    only: 3,
    // The row that a killed one leaves behind.
    plant: patient =>
      patient.sql(
        "insert into job (job_type, state, hostname, unixname, latest_heartbeat, start_date) values ('SchedulerJob', 'running', 'af-9', 'airflow', now() - interval '10 minutes', now() - interval '1 hour')",
      ),
    heal: patient => patient.sql("delete from job where hostname = 'af-9'"),
    finds: [
      {
        level: 'warning',
        check: 'jobs',
        text: /^The scheduler on af-9 last reported 10 min( \d+ s)? ago; another one still does\.$/,
      },
    ],
    verdict: {level: 'warning', sentence: /^Airflow is scheduling, but: the scheduler on af-9 last reported/},
  },
  {
    name: 'a pool without slots that a task waits for',
    plant: async patient => {
      await patient.sql("update slot_pool set slots = 0 where pool = 'default_pool'");
      const api = await patient.console.airflow();
      await api.trigger('quick_success', {conf: {}, runId: `health-${Date.now()}`});
    },
    heal: patient => patient.sql("update slot_pool set slots = 128 where pool = 'default_pool'"),
    finds: [
      {
        level: 'warning',
        check: 'pools',
        text: /^The pool default_pool has no slots: \d+ tasks? waits?, and none will run\.$/,
      },
    ],
    verdict: {level: 'warning', sentence: /^Airflow is scheduling, but: the pool default_pool has no slots/},
    withinMs: 60_000,
  },
  {
    name: 'an executor that is full',
    slow: true,
    // It has four slots.
    plant: async patient => {
      const api = await patient.console.airflow();
      for (let n = 0; n < 5; n++) await api.trigger('long_sleep', {conf: {}, runId: `health-${Date.now()}-${n}`});
    },
    heal: async patient => {
      await patient.sql(
        "update task_instance set state = 'failed' where dag_id = 'long_sleep'; update dag_run set state = 'failed' where dag_id = 'long_sleep'",
      );
      await patient.systemctl('restart', 'airflow-scheduler');
    },
    finds: [
      {
        level: 'note',
        check: 'pools',
        text: /^The executor is full: 4 tasks run, parallelism is 4, and 1 task waits\.$/,
      },
    ],
    withinMs: 60_000,
  },
  {
    name: 'a DAG file that cannot be imported',
    slow: true,
    plant: patient => patient.sh('printf %s "$1" >$2; chown airflow: $2', brokenDag, `${dags}/broken.py`),
    heal: patient => patient.exec('rm', `${dags}/broken.py`),
    finds: [
      {
        level: 'warning',
        check: 'import-errors',
        text: /^1 DAG file cannot be imported: broken\.py \(ModuleNotFoundError: No module named .*\)\.$/,
      },
    ],
    verdict: {level: 'warning', sentence: /^Airflow is scheduling, but: 1 DAG file cannot be imported: broken\.py/},
    withinMs: 120_000,
  },
  {
    name: 'a DAG folder of which half is gone',
    plant: patient => patient.sh('mkdir /root/dags; mv $1/{m,q,r,t,w}*.py /root/dags/', dags),
    heal: patient => patient.sh('mv /root/dags/* $1/; rmdir /root/dags', dags),
    finds: [{level: 'warning', check: 'dag-count', text: /^\d DAGs are there; .* ago there were \d+\.$/}],
    verdict: {level: 'warning', sentence: /^Airflow is scheduling, but: \d DAGs are there; .* ago there were \d+\.$/},
    withinMs: 180_000,
  },
  {
    name: 'a metadata database that cannot be reached',
    // Masked: the units of Airflow want it, and a scheduler that systemd starts again would start it, too.
    plant: patient => patient.systemctl('mask', '--now', 'postgresql'),
    heal: async patient => {
      await patient.sh('systemctl unmask postgresql; systemctl start postgresql');
      await patient.fault('heal');
    },
    finds: [
      {
        level: 'critical',
        check: 'database',
        text: /^Airflow does not reach its metadata database: nothing can be scheduled\.$/,
      },
    ],
    // They end without it, and systemd starts them again.
    mayFind: /^airflow-[\w-]+ on \S+ (ends|is )/,
    verdict: {
      level: 'critical',
      sentence: /^Nothing is being scheduled: Airflow does not reach its metadata database\.$/,
    },
    withinMs: 60_000,
  },
];
