import * as v from 'valibot';
import {Problem} from '../problems/problem.ts';
import type {ConfigExposure} from './api.ts';
import type {Client} from './client.ts';
import {maybe} from './wire.ts';

/** Secrets that every Airflow has. */
const secretKeys = new Set(['sql_alchemy_conn', 'fernet_key', 'secret_key']);

/** Of a value nothing is kept but whether there is one that can be read. */
const isReadable = v.pipe(
  maybe(v.string()),
  v.transform(text => text != null && text.trim() !== '' && text.trim() !== '< hidden >'),
);

const configWire = v.object({
  sections: v.array(v.object({options: v.array(v.object({key: v.string(), value: isReadable}))})),
});

/** `config` is the path of the configuration; `section` is the one that has the address of the database, where one can be asked for. */
export async function configExposure(
  client: Client,
  config: string,
  section: string | undefined,
  signal?: AbortSignal,
): Promise<ConfigExposure> {
  try {
    const {sections} = await client.ask(configWire, {path: config, query: {section}}, signal);
    const options = sections.flatMap(each => each.options);
    return options.some(({key, value}) => value && secretKeys.has(key)) ? 'open' : 'masked';
  } catch (error) {
    if (error instanceof Problem && error.code === 'airflow.forbidden') return 'closed';
    throw error;
  }
}
