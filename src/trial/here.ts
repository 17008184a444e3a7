import {readInstallation} from '../config/installation.ts';
import type {Host} from '../host/host.ts';
import {openLocalHost} from '../host/local.ts';
import {expectProblem, Problem} from '../problems/problem.ts';
import type {RunsHere} from '../profile/profile-book.ts';
import {probeProcesses} from '../units/probe.ts';
import {mainProcesses, parseProcesses} from '../units/processes.ts';
import {readUnits} from '../units/state.ts';

const withinMs = 10_000;

/** Undefined where no unit and no process of Airflow is here; those in containers do not count. Asks sudo for nothing. */
export async function airflowHere(): Promise<RunsHere | undefined> {
  const host = openLocalHost({become: 'none'});
  try {
    return await lookFor(host, AbortSignal.timeout(withinMs));
  } catch (error) {
    // Nothing is proposed where this machine cannot be looked at.
    if (error instanceof Problem || (error instanceof DOMException && error.name === 'TimeoutError')) return undefined;
    throw error;
  } finally {
    host.close();
  }
}

async function lookFor(host: Host, signal: AbortSignal): Promise<RunsHere | undefined> {
  const seen = await readUnits(host).catch(expectProblem);
  if ('code' in seen || seen.units.length === 0) {
    const probe = await probeProcesses(host, signal);
    const outside = mainProcesses(parseProcesses(probe.processes, probe.cgroups)).filter(
      ({place}) => place.at !== 'container',
    );
    const components = [...new Set(outside.map(({kind}) => kind.main))];
    return components.length === 0 ? undefined : {components, api: address(undefined, undefined)};
  }
  const {settings, version} = await readInstallation(host, seen.units);
  const section = version?.startsWith('3.') ? 'api' : 'webserver';
  const setting = (...options: readonly string[]) =>
    settings.find(one => one.section === section && options.includes(one.option))?.value;
  return {
    components: [...new Set(seen.units.map(({component}) => component))],
    api: address(setting('port', 'web_server_port'), setting('base_url')),
  };
}

/** On this machine, behind the path under which the users see it. */
function address(port = '8080', baseUrl: string | undefined): string {
  const path = baseUrl !== undefined && URL.canParse(baseUrl) ? new URL(baseUrl).pathname.replace(/\/+$/, '') : '';
  return `http://127.0.0.1:${port}${path}`;
}
