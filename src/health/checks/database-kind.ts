import type {Check} from '../check.ts';
import {named, standing} from '../settings.ts';

const conn = {
  section: 'database',
  option: 'sql_alchemy_conn',
  byDefault: ({airflowHome}: {readonly airflowHome: string}) => `sqlite:///${airflowHome}/airflow.db`,
};

/** The metadata database is a server, not a file. */
export const databaseKindCheck: Check = {
  id: 'database-kind',
  question: 'Is the metadata database fit for production?',
  see: {key: '3', title: 'Config'},
  judge: evidence =>
    standing(evidence, conn).map(({value, hosts, evidence: facts}) => {
      const about = hosts.join(' ');
      const kind = /^(\w+)/.exec(value ?? '')?.[1];
      if (kind === undefined) {
        const text = `Which metadata database ${named(hosts)} has is not known: only Airflow can read its address.`;
        return {about, level: 'note', text, evidence: facts};
      }
      if (kind !== 'sqlite') {
        return {about, level: 'ok', text: `The metadata database is ${names[kind] ?? kind}.`, evidence: facts};
      }
      return {
        about,
        level: 'warning',
        text: `The metadata database of ${named(hosts)} is an SQLite file: it allows one writer at a time.`,
        hint: 'Move to PostgreSQL or MySQL before others depend on this Airflow.',
        evidence: facts,
      };
    }),
};

const names: Readonly<Record<string, string>> = {
  postgresql: 'PostgreSQL',
  postgres: 'PostgreSQL',
  mysql: 'MySQL',
  mariadb: 'MariaDB',
};
