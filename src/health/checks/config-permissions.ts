import type {ConfigFile, Installation} from '../../config/installation.ts';
import type {Check, Judgement} from '../check.ts';
import {installations, type Read} from '../settings.ts';

const forOthers = {read: 0o004, write: 0o002} as const;

/** What decides the settings, with its keys and passwords, can be read by Airflow and its administrators only. */
export const configPermissionsCheck: Check = {
  id: 'config-permissions',
  question: 'Can only Airflow read its keys and passwords?',
  judge: evidence =>
    installations(evidence).flatMap(read =>
      [
        read.installation.file,
        ...read.installation.environmentFiles.filter(file => holdsSecret(read.installation, file)),
      ]
        .filter(file => file !== undefined)
        .map(file => judge(read, file)),
    ),
};

const holdsSecret = ({settings}: Installation, {path}: ConfigFile): boolean =>
  settings.some(
    ({secret, source}) =>
      secret && source.kind === 'environment' && source.from.kind === 'file' && source.from.path === path,
  );

function judge({host, atMs}: Read, {path, mode, owner}: ConfigFile): Judgement {
  const about = `${host}${path}`;
  const octal = mode.toString(8).padStart(4, '0');
  const fact = {
    name: path,
    value: `mode ${octal}, owner ${owner}`,
    source: host,
    ...(atMs === undefined ? {} : {atMs}),
  };
  const bad = (can: string): Judgement => ({
    about,
    level: 'warning',
    text: `Every user of ${host} can ${can} ${path}, which holds keys and passwords (mode ${octal}).`,
    hint: `As ${owner} or root there: chmod o-rwx ${path}.`,
    evidence: [fact],
  });
  if ((mode & forOthers.write) !== 0) return bad('change');
  if ((mode & forOthers.read) !== 0) return bad('read');
  return {about, level: 'ok', text: `${path} on ${host} cannot be read by others.`, evidence: [fact]};
}
