import type {Check} from '../check.ts';
import {named, standing} from '../settings.ts';

/** Without a key, passwords stand in the database as they are. */
export const fernetKeyCheck: Check = {
  id: 'fernet-key',
  question: 'Are passwords of connections encrypted?',
  see: {key: '3', title: 'Config'},
  judge: evidence =>
    standing(evidence, {section: 'core', option: 'fernet_key', byDefault: () => ''}).map(
      ({value, hosts, evidence: facts}) => {
        const about = hosts.join(' ');
        if (value !== '')
          return {about, level: 'ok', text: 'Connections and variables are encrypted.', evidence: facts};
        return {
          about,
          level: 'warning',
          text: `The fernet key of ${named(hosts)} is empty: passwords of connections stand in the database in clear.`,
          hint: 'Set fernet_key to a new key on all hosts, restart, then run "airflow rotate-fernet-key".',
          evidence: facts,
        };
      },
    ),
};
