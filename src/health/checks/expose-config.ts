import type {Check} from '../check.ts';
import {notFoundOut} from '../not-found-out.ts';

/** Nobody reads the configuration, with its secrets, through the API. */
export const exposeConfigCheck: Check = {
  id: 'expose-config',
  question: 'Does the API keep the configuration to itself?',
  see: {key: '3', title: 'Config'},
  judge: evidence => {
    const {configExposure} = evidence;
    if (configExposure === undefined || evidence.airflow?.problem !== undefined) return [];
    const {value, atMs} = configExposure;
    if (value === undefined)
      return notFoundOut(evidence, configExposure, 'api', 'Whether the API gives its configuration away');
    const facts = [
      {name: 'configuration', value: words[value], source: 'the API: config', ...(atMs === undefined ? {} : {atMs})},
    ];
    if (value === 'open') {
      return [
        {
          about: 'api',
          level: 'critical',
          text: 'The API gives the fernet key and the password of the database in clear (expose_config).',
          hint: 'Set expose_config to False, restart the web server, and change these secrets.',
          evidence: facts,
        },
      ];
    }
    if (value === 'masked') {
      const text = 'The API gives its configuration, without the secrets (expose_config).';
      return [{about: 'api', level: 'note', text, evidence: facts}];
    }
    return [{about: 'api', level: 'ok', text: 'The API keeps its configuration to itself.', evidence: facts}];
  },
};

const words = {closed: 'refused', masked: 'given without secrets', open: 'given with secrets'} as const;
