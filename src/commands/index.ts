import {activityCommand} from './activity.ts';
import {changesCommand} from './changes.ts';
import type {Command} from './command.ts';
import {configGetCommand} from './config-get.ts';
import {configListCommand} from './config-list.ts';
import {dagsListCommand} from './dags-list.ts';
import {dagsLogCommand} from './dags-log.ts';
import {dagsPauseCommand} from './dags-pause.ts';
import {dagsRunsCommand} from './dags-runs.ts';
import {dagsTriggerCommand} from './dags-trigger.ts';
import {dagsUnpauseCommand} from './dags-unpause.ts';
import {dataVariablesListCommand} from './data-variables-list.ts';
import {healthCommand} from './health.ts';
import {logsArchiveCommand} from './logs-archive.ts';
import {logsArchiveFetchCommand} from './logs-archive-fetch.ts';
import {logsArchiveListCommand} from './logs-archive-list.ts';
import {logsCleanCommand} from './logs-clean.ts';
import {logsScheduleCommand} from './logs-schedule.ts';
import {logsScheduleListCommand} from './logs-schedule-list.ts';
import {logsScheduleRemoveCommand} from './logs-schedule-remove.ts';
import {logsTailCommand} from './logs-tail.ts';
import {logsUsageCommand} from './logs-usage.ts';
import {profilesAddCommand} from './profiles-add.ts';
import {profilesListCommand} from './profiles-list.ts';
import {profilesTestCommand} from './profiles-test.ts';
import {unitsJournalCommand} from './units-journal.ts';
import {unitsListCommand} from './units-list.ts';
import {unitsRestartCommand} from './units-restart.ts';
import {unitsStartCommand} from './units-start.ts';
import {unitsStopCommand} from './units-stop.ts';

/** Every headless command. */
export const commands: readonly Command[] = [
  healthCommand,
  changesCommand,
  dagsListCommand,
  dagsRunsCommand,
  dagsTriggerCommand,
  dagsPauseCommand,
  dagsUnpauseCommand,
  logsCleanCommand,
  logsArchiveCommand,
  logsArchiveListCommand,
  logsArchiveFetchCommand,
  logsScheduleCommand,
  logsScheduleListCommand,
  logsScheduleRemoveCommand,
  dagsLogCommand,
  logsTailCommand,
  unitsListCommand,
  unitsRestartCommand,
  activityCommand,
  unitsStartCommand,
  unitsStopCommand,
  unitsJournalCommand,
  configListCommand,
  configGetCommand,
  logsUsageCommand,
  dataVariablesListCommand,
  profilesListCommand,
  profilesAddCommand,
  profilesTestCommand,
];
