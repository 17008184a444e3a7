import type {Patient} from './patient.ts';
import type {PlantedState} from './planted.ts';

const scheduler = 'airflow-scheduler';
const dropIn = '/run/systemd/system/airflow-scheduler.service.d';
const silent = /^Nothing is being scheduled: the scheduler last reported .* ago\.$/;
const late = {level: 'critical', check: 'scheduler', text: /^The scheduler last reported .* ago\.$/} as const;

const heal = (patient: Patient) => patient.fault('heal');

/** All ways in which nothing is scheduled. */
export const schedulerStates: readonly PlantedState[] = [
  {
    name: 'a scheduler that was killed',
    plant: patient => patient.fault('kill-scheduler'),
    heal,
    finds: [
      {
        level: 'critical',
        check: 'units',
        text: /^airflow-scheduler on \S+ is failed for .* \(killed, signal 9\)\.$/,
      },
      late,
    ],
    verdict: {
      level: 'critical',
      sentence: silent,
      why: /^airflow-scheduler on \S+ is failed \(killed, signal 9\)\.$/,
      key: 'R',
    },
    withinMs: 60_000,
  },
  {
    name: 'a scheduler that was stopped',
    plant: patient => patient.stop(scheduler),
    heal,
    finds: [{level: 'critical', check: 'units', text: /^airflow-scheduler on \S+ is not running for .*\.$/}, late],
    verdict: {level: 'critical', sentence: silent, why: /^airflow-scheduler on \S+ is inactive/, key: 'U'},
    withinMs: 60_000,
  },
  {
    name: 'a scheduler that ends and is started again, over and over',
    plant: patient =>
      patient.sh(
        'mkdir -p $1; printf "[Unit]\\nStartLimitIntervalSec=0\\n[Service]\\nExecStartPre=/bin/false\\nRestartSec=3\\n" >$1/loop.conf; systemctl daemon-reload; systemctl restart $2 || true',
        dropIn,
        scheduler,
      ),
    heal: patient => patient.sh('rm $1/loop.conf; systemctl daemon-reload; systemctl restart $2', dropIn, scheduler),
    finds: [
      {
        level: 'critical',
        check: 'units',
        text: /^airflow-scheduler on \S+ ends and is started again, over and over( \(.*\))?\.$/,
      },
      late,
    ],
    verdict: {
      level: 'critical',
      sentence: silent,
      why: /^airflow-scheduler on \S+ is restarting over and over/,
      key: 'R',
    },
  },
  {
    name: 'a scheduler that is masked and does not run',
    plant: async patient => {
      await patient.mask(scheduler);
      await patient.systemctl('stop', scheduler);
    },
    heal: async patient => {
      await patient.unmask(scheduler);
      await patient.systemctl('start', scheduler);
    },
    finds: [
      {
        level: 'warning',
        check: 'units',
        text: /^airflow-scheduler on \S+ is masked: systemd refuses to start it\.$/,
      },
      late,
    ],
    verdict: {
      level: 'critical',
      sentence: silent,
      why: /^airflow-scheduler on \S+ is masked: systemctl unmask allows systemd to start it\.$/,
    },
    withinMs: 60_000,
  },
  {
    name: 'a scheduler that is frozen while its status says healthy',
    plant: async patient => {
      await patient.configure('scheduler.scheduler_health_check_threshold=600');
      await patient.restartWeb();
      await patient.fault('freeze', 'scheduler');
    },
    heal: async patient => {
      await patient.fault('thaw', 'scheduler');
      await patient.configure();
      await patient.restartWeb();
    },
    finds: [
      {
        level: 'critical',
        check: 'scheduler',
        text: /^The scheduler last reported .* ago, although its status says healthy\.$/,
      },
    ],
    verdict: {
      level: 'critical',
      sentence: silent,
      why: /^airflow-scheduler on \S+ is active all the same\.$/,
      key: 'R',
    },
    withinMs: 60_000,
  },
];
