import type {PlantedState} from './planted.ts';

const home = '/opt/airflow';
const unitFile = '/etc/systemd/system/airflow-triggerer.service';

/** Files, volumes and processes of a host that runs on all the same. */
export const hostStates: readonly PlantedState[] = [
  {
    name: 'an airflow.cfg that every user can read',
    plant: patient => patient.exec('chmod', '644', `${home}/airflow.cfg`),
    heal: patient => patient.configure(),
    finds: [
      {
        level: 'warning',
        check: 'config-permissions',
        text: /^Every user of \S+ can read \/opt\/airflow\/airflow\.cfg, which holds keys and passwords \(mode 0644\)\.$/,
      },
    ],
    verdict: {level: 'warning', sentence: /^Airflow is scheduling, but: every user of .* can read/},
  },
  {
    name: 'units that are older than their configuration',
    plant: patient => patient.exec('touch', `${home}/airflow.cfg`),
    heal: patient => patient.configure(),
    finds: [
      {
        level: 'warning',
        check: 'config-age',
        text: /^airflow-[\w-]+ on \S+ started .* ago, before \/opt\/airflow\/airflow\.cfg was changed \S+( s)? ago\.$/,
      },
    ],
    verdict: {level: 'warning', sentence: /^Airflow is scheduling, but: airflow-[\w-]+ on \S+ started .* before/},
  },
  {
    name: 'a unit whose file changed after systemd read it',
    plant: patient => patient.exec('touch', unitFile),
    heal: patient => patient.systemctl('daemon-reload'),
    finds: [
      {
        level: 'warning',
        check: 'units',
        text: /^The file of airflow-triggerer on \S+ changed after systemd read it: a restart goes by the old one\.$/,
      },
    ],
    verdict: {level: 'warning', sentence: /^Airflow is scheduling, but: the file of airflow-triggerer/},
  },
  {
    name: 'a unit that runs although it is masked',
    plant: patient => patient.mask('airflow-triggerer'),
    heal: patient => patient.unmask('airflow-triggerer'),
    finds: [
      {
        level: 'warning',
        check: 'units',
        text: /^airflow-triggerer on \S+ is masked: once it ends, systemd does not start it again\.$/,
      },
    ],
    verdict: {level: 'warning', sentence: /^Airflow is scheduling, but: airflow-triggerer on \S+ is masked/},
  },
  {
    name: 'a log volume without space',
    plant: patient => patient.fault('full-disk'),
    heal: patient => patient.fault('heal'),
    finds: [
      {
        level: 'critical',
        check: 'volumes',
        text: /^\/var\/log\/airflow on \S+ \(logs\) has used (9[5-9]|100) % of its space\.$/,
      },
    ],
    verdict: {level: 'critical', sentence: /^Airflow is scheduling, but: \/var\/log\/airflow on .* % of its space\.$/},
  },
  {
    name: 'a log volume without inodes',
    plant: patient =>
      patient.sh(
        'mkdir $1; python3 -c "import os, sys\nfor n in range(1 << 20): os.close(os.open(f\'{sys.argv[1]}/{n}\', os.O_CREAT))" $1 2>/dev/null || true',
        '/var/log/airflow/.lab-inodes',
      ),
    heal: patient => patient.exec('rm', '-rf', '/var/log/airflow/.lab-inodes'),
    finds: [
      {
        level: 'critical',
        check: 'volumes',
        text: /^\/var\/log\/airflow on \S+ \(logs\) has used (9[5-9]|100) % of its inodes\.$/,
      },
    ],
    verdict: {level: 'critical', sentence: /^Airflow is scheduling, but: \/var\/log\/airflow on .* % of its inodes\.$/},
  },
  {
    name: 'a pid file that names no process',
    plant: patient => patient.sh('echo 4194303 >$1; chown airflow:airflow $1', `${home}/airflow-scheduler.pid`),
    heal: patient => patient.exec('rm', `${home}/airflow-scheduler.pid`),
    finds: [
      {
        level: 'warning',
        check: 'pid-files',
        text: /^\/opt\/airflow\/airflow-scheduler\.pid on \S+ names process 4194303, which is gone: it was left behind/,
      },
    ],
    verdict: {level: 'warning', sentence: /^Airflow is scheduling, but: \/opt\/airflow\/airflow-scheduler\.pid/},
    withinMs: 60_000,
  },
  {
    name: 'a component that no unit runs',
    plant: patient => patient.asOps('airflow triggerer -D >/dev/null 2>&1'),
    heal: patient =>
      patient.sh(
        'p=$(cat $1); kill $p; for i in $(seq 150); do [ -e /proc/$p ] || break; sleep 0.1; done; rm -f $1 $2/airflow-triggerer.*',
        `${home}/airflow-triggerer.pid`,
        home,
      ),
    finds: [
      {
        level: 'warning',
        check: 'units',
        text: /^No unit runs the triggerer on \S+ \(process \d+\)\. It was started by hand or with -D/,
      },
    ],
    verdict: {level: 'warning', sentence: /^Airflow is scheduling, but: no unit runs the triggerer on/},
    withinMs: 60_000,
  },
];
