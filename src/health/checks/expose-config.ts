import type {Check} from '../check.ts';
import {notFoundOut} from '../not-found-out.ts';

/** Nobody reads the configuration, with its secrets, through the API. */
export const exposeConfigCheck: Check = {
  id: 'expose-config',
  question: 'Does the API keep the configuration to itself?',
  see: {key: '3', title: 'Config'},
  judge: ({configExposure, airflow}) => {
    if (configExposure === undefined || airflow?.problem !== undefined) return [];
    const {value, atMs} = configExposure;
    if (value === undefined) return notFoundOut(configExposure, 'api', 'Whether the API gives its configuration away');
    const evidence = [
      {name: 'configuration', value: words[value], source: 'the API: config', ...(atMs === undefined ? {} : {atMs})},
    ];
    if (value === 'open') {
      return [
        {
          about: 'api',
          level: 'critical',
          text: 'The API gives the fernet key and the password of the database in clear (expose_config).',
          hint: 'Set expose_config to False, restart the web server, and change these secrets.',
          evidence,
        },
      ];
    }
    if (value === 'masked') {
      const text = 'The API gives its configuration, without the secrets (expose_config).';
      return [{about: 'api', level: 'note', text, evidence}];
    }
    return [{about: 'api', level: 'ok', text: 'The API keeps its configuration to itself.', evidence}];
  },
};

const words = {closed: 'refused', masked: 'given without secrets', open: 'given with secrets'} as const;
