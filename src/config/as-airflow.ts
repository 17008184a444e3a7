import type {AgentOptions} from '../host/agent.ts';
import type {Installation} from './installation.ts';

/** The agent as the user of Airflow, with Airflow's own interpreter where the host has no other. */
export const asAirflow = ({runAs, python}: Pick<Installation, 'runAs' | 'python'>): AgentOptions => ({
  as: runAs,
  ...(python === undefined ? {} : {python}),
});
