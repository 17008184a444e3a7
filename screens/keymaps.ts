import {formKeymap} from '../components/form/form-keys.ts';
import type {Keymap} from '../components/keys/keymap.ts';
import {paletteKeymap} from '../components/palette/palette.tsx';
import {activityKeymap} from './activity/activity-keys.ts';
import {entryKeymap} from './activity/entry-dialog.tsx';
import {appKeymap} from './app-keys.ts';
import {changesKeymap} from './changes/changes-keys.ts';
import {changesReaderKeymap} from './changes/reader.tsx';
import {configKeymap} from './config/config-keys.ts';
import {settingKeymap} from './config/setting-dialog.tsx';
import {dagsKeymap} from './dags/dags-keys.ts';
import {importErrorsKeymap} from './dags/import-errors.tsx';
import {dataKeymap} from './data/data-keys.ts';
import {variableKeymap} from './data/variable-dialog.tsx';
import {filterKeymap} from './filter-line.tsx';
import {findingKeymap} from './health/finding-keys.ts';
import {healthBackKeymap, healthKeymap} from './health/health-keys.ts';
import {hostKeyKeymap} from './host-key-dialog.tsx';
import {archiveKeymap} from './logs/archive-keys.ts';
import {logsKeymap} from './logs/logs-keys.ts';
import {operationKeymap} from './operation/operation-keys.ts';
import {quitKeymap} from './overlays.tsx';
import {profilePreviewKeymap, profilesKeymap, trialKeymap} from './profiles/profiles-keys.ts';
import {questionKeymap} from './reader/question-keys.ts';
import {readerKeymap} from './reader/reader-keys.ts';
import {secretKeymap} from './secret-dialog.tsx';

/** A keymap whatever its context. */
// biome-ignore lint/suspicious/noExplicitAny: a keymap that is only read needs no context
export type AnyKeymap = Keymap<any>;

/** Every keymap of the program, for the documentation and the tests that walk them. */
export const keymaps: readonly AnyKeymap[] = [
  appKeymap,
  healthKeymap,
  healthBackKeymap,
  findingKeymap,
  changesKeymap,
  changesReaderKeymap,
  readerKeymap,
  questionKeymap,
  dagsKeymap,
  importErrorsKeymap,
  filterKeymap,
  configKeymap,
  settingKeymap,
  logsKeymap,
  archiveKeymap,
  profilesKeymap,
  trialKeymap,
  profilePreviewKeymap,
  activityKeymap,
  entryKeymap,
  dataKeymap,
  variableKeymap,
  operationKeymap,
  formKeymap,
  paletteKeymap,
  hostKeyKeymap,
  secretKeymap,
  quitKeymap,
];
