import type {RunAs} from '../../host/host.ts';
import {Problem} from '../../problems/problem.ts';
import {dagIdOf, type MadeFile, type Schedule, scheduleWords, type TimeOfDay} from './schedule.ts';
import {stamped, takeBackLine} from './stamp.ts';

const dayMs = 86_400_000;

/** The tag of every DAG that windsock made. */
const dagTag = 'windsock';
export const taskId = 'delete_old_logs';

export const dagDescription = (schedule: Schedule): string => `Deletes ${scheduleWords(schedule)}`;

type DagPlace = {
  readonly dagsFolder: string;
  readonly as: RunAs;
  readonly version: string | undefined;
  readonly nowMs: number;
};

/**
 * A DAG that runs a script once a day, for Airflow 2.0 to 3.3. Airflow 2 runs it first at the end of the first
 * day after its start, Airflow 3 at the first such time after it: the start is chosen so that nothing is caught up and no day passed over. Throws `logs.cannot-schedule` where the script has what neither Python nor Jinja takes as it is.
 */
export function dagFile(schedule: Schedule, script: string, {dagsFolder, as, version, nowMs}: DagPlace): MadeFile {
  if (/"""|endraw|\\$/.test(script) || script.includes('\r'))
    throw new Problem('logs.cannot-schedule', 'a path has signs that end a text of Python or of Jinja; take a timer');
  const {name, at} = schedule;
  const text = `${takeBackLine(name, 'dag')}
# It runs on one worker, and deletes the logs that are there.
from datetime import datetime, timedelta

from airflow import __version__

try:  # Airflow 3
    from airflow.sdk import DAG
except ImportError:
    from airflow import DAG
try:  # Airflow 3, and 2.x with the standard provider
    from airflow.providers.standard.operators.bash import BashOperator
except ImportError:
    from airflow.operators.bash import BashOperator

SCRIPT = r"""
${script}"""

IS_OLD = tuple(int(part) for part in __version__.split(".")[:2]) < (2, 4)

with DAG(
    dag_id=${python(dagIdOf(name))},
    description=${python(dagDescription(schedule))},
    start_date=datetime(${startDate(at, version, nowMs)}),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    dagrun_timeout=timedelta(hours=12),
    default_args={"retries": 1, "retry_delay": timedelta(minutes=15)},
    tags=[${python(dagTag)}, "maintenance"],
    **{"schedule_interval" if IS_OLD else "schedule": "${at.minute} ${at.hour} * * *"},
) as dag:
    # "raw": the braces of the script are no templates.
    BashOperator(task_id=${python(taskId)}, bash_command="{% raw %}" + SCRIPT + "{% endraw %}")
`;
  const path = dagPath(name, dagsFolder);
  return {path, text: stamped(text, name, scheduleWords(schedule)), mode: 0o644, as};
}

/** Where the DAG of a schedule stands. */
export const dagPath = (name: string, dagsFolder: string): string =>
  `${dagsFolder.replace(/\/+$/, '')}/${dagIdOf(name)}.py`;

/** What Python reads, too. */
const python = (text: string): string => JSON.stringify(text);

function startDate({hour, minute}: TimeOfDay, version: string | undefined, nowMs: number): string {
  const today = new Date(nowMs).setUTCHours(hour, minute, 0, 0);
  const last = today <= nowMs ? today : today - dayMs;
  const start = new Date(version?.startsWith('3.') ? nowMs : last);
  const parts = [start.getUTCFullYear(), start.getUTCMonth() + 1, start.getUTCDate()];
  return [...parts, start.getUTCHours(), start.getUTCMinutes()].join(', ');
}
