import type {Command} from './command.ts';
import {dagsListCommand} from './dags-list.ts';
import {dagsLogCommand} from './dags-log.ts';
import {dagsTriggerCommand} from './dags-trigger.ts';
import {healthCommand} from './health.ts';
import {logsTailCommand} from './logs-tail.ts';
import {unitsListCommand} from './units-list.ts';
import {unitsRestartCommand} from './units-restart.ts';

/** Every headless command. */
export const commands: readonly Command[] = [
  healthCommand,
  dagsListCommand,
  dagsTriggerCommand,
  dagsLogCommand,
  logsTailCommand,
  unitsListCommand,
  unitsRestartCommand,
];
