import type {Check} from '../check.ts';
import {apiCheck} from './api.ts';
import {authenticationCheck} from './authentication.ts';
import {cleanUpsCheck} from './clean-ups.ts';
import {clocksCheck} from './clocks.ts';
import {configAgeCheck} from './config-age.ts';
import {configPermissionsCheck} from './config-permissions.ts';
import {configurationCheck} from './configuration.ts';
import {dagCountCheck} from './dag-count.ts';
import {databaseCheck} from './database.ts';
import {databaseKindCheck} from './database-kind.ts';
import {defaultPasswordsCheck} from './default-passwords.ts';
import {endOfLifeCheck} from './end-of-life.ts';
import {exampleDagsCheck} from './example-dags.ts';
import {executorCheck} from './executor.ts';
import {exposeConfigCheck} from './expose-config.ts';
import {fernetKeyCheck} from './fernet-key.ts';
import {heartbeatsCheck} from './heartbeats.ts';
import {importErrorsCheck} from './import-errors.ts';
import {jobsCheck} from './jobs.ts';
import {loginCheck} from './login.ts';
import {orphansCheck} from './orphans.ts';
import {parsingCheck} from './parsing.ts';
import {pidFilesCheck} from './pid-files.ts';
import {poolsCheck} from './pools.ts';
import {scheduledCleanUpsCheck} from './scheduled-clean-ups.ts';
import {schedulerCheck} from './scheduler.ts';
import {schedulingCheck} from './scheduling.ts';
import {unitsCheck} from './units.ts';
import {volumesCheck} from './volumes.ts';
import {webWorkersCheck} from './web-workers.ts';

/** Every check, in the order of its weight among findings of one level. */
export const checks: readonly Check[] = [
  schedulerCheck,
  databaseCheck,
  apiCheck,
  volumesCheck,
  unitsCheck,
  scheduledCleanUpsCheck,
  heartbeatsCheck,
  authenticationCheck,
  exposeConfigCheck,
  defaultPasswordsCheck,
  schedulingCheck,
  poolsCheck,
  dagCountCheck,
  parsingCheck,
  jobsCheck,
  webWorkersCheck,
  clocksCheck,
  configAgeCheck,
  orphansCheck,
  pidFilesCheck,
  cleanUpsCheck,
  importErrorsCheck,
  configPermissionsCheck,
  fernetKeyCheck,
  exampleDagsCheck,
  executorCheck,
  databaseKindCheck,
  endOfLifeCheck,
  loginCheck,
  configurationCheck,
];
