import type {Command} from './command.ts';
import {dagsListCommand} from './dags-list.ts';
import {dagsTriggerCommand} from './dags-trigger.ts';
import {healthCommand} from './health.ts';
import {logsCleanCommand} from './logs-clean.ts';
import {logsUsageCommand} from './logs-usage.ts';
import {unitsListCommand} from './units-list.ts';
import {unitsRestartCommand} from './units-restart.ts';

/** Every headless command. */
export const commands: readonly Command[] = [
  healthCommand,
  dagsListCommand,
  dagsTriggerCommand,
  logsCleanCommand,
  logsUsageCommand,
  unitsListCommand,
  unitsRestartCommand,
];
