import type {ChangeSource} from '../source.ts';
import {bootsSource} from './boots.ts';
import {commandsSource} from './commands.ts';
import {configurationSource} from './configuration.ts';
import {dagFilesSource} from './dag-files.ts';
import {memorySource} from './memory.ts';
import {packagesSource} from './packages.ts';
import {pythonSource} from './python.ts';
import {unitsSource} from './units.ts';

/** Every place of a host that tells of changes. */
export const changeSources: readonly ChangeSource[] = [
  unitsSource,
  memorySource,
  bootsSource,
  commandsSource,
  configurationSource,
  dagFilesSource,
  pythonSource,
  packagesSource,
];
