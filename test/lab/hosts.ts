import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import * as v from 'valibot';

const lab = new URL('lab', import.meta.url).pathname;

const account = v.object({password: v.string()});
const info = v.object({
  name: v.string(),
  airflow: v.string(),
  airflowHome: v.string(),
  dags: v.string(),
  logs: v.string(),
  units: v.array(v.string()),
  ssh: v.object({
    host: v.string(),
    port: v.number(),
    hostKey: v.string(),
    users: v.record(v.string(), v.object({key: v.string(), password: v.string()})),
  }),
  api: v.object({url: v.string(), username: v.string(), password: v.string(), users: v.record(v.string(), account)}),
});

export type LabInfo = v.InferOutput<typeof info>;

/** What a client needs of a lab host that runs. */
export async function labInfo(name: string): Promise<LabInfo> {
  const {stdout} = await promisify(execFile)(lab, ['info', name]);
  return v.parse(info, JSON.parse(stdout));
}
