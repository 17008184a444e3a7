import {lookup} from '../../config/lookup.ts';
import {shortName} from '../../units/words.ts';
import type {Check, Judgement} from '../check.ts';
import {saidAt} from '../evidence.ts';
import {unitsOf} from '../heartbeat.ts';
import {installations} from '../settings.ts';

/** It starts them one by one, and replaces old ones. */
const settledMs = 60_000;

/** As many processes answer requests as are wanted (webserver of 2.x). */
export const webWorkersCheck: Check = {
  id: 'web-workers',
  question: 'Has the web server as many workers as it should?',
  judge: evidence =>
    unitsOf(evidence, 'webserver').flatMap((unit): readonly Judgement[] => {
      const {webWorkers, inStateMs = 0, state, host} = unit;
      const read = installations(evidence).find(entry => entry.host === host);
      if (webWorkers === undefined || state !== 'active' || inStateMs < settledMs || read === undefined) return [];
      const {installation} = read;
      const wanted = Number(lookup(installation.settings, 'webserver', 'workers', installation)?.value ?? 4);
      const about = `${host}/${unit.name}`;
      const seenAt = saidAt(evidence.hosts.find(entry => entry.host === host)?.units);
      const evidenceOf = [
        {name: 'workers', value: String(webWorkers), source: `ps on ${host}`, ...seenAt},
        {
          name: '[webserver] workers',
          value: String(wanted),
          source: `the settings of ${host}`,
          ...(read.atMs === undefined ? {} : {atMs: read.atMs}),
        },
      ];
      if (Number.isNaN(wanted) || webWorkers >= wanted) {
        return [{about, level: 'ok', text: `${webWorkers} workers of the web server answer.`, evidence: evidenceOf}];
      }
      return [
        {
          about,
          level: 'warning',
          text: `${webWorkers === 0 ? 'None' : `Only ${webWorkers}`} of the ${wanted} workers of ${shortName(unit)} on ${host} ${webWorkers === 1 ? 'lives' : 'live'}.`,
          hint: `Press l on ${shortName(unit)}: it says why they end. R restarts it.`,
          cure: {kind: 'restart', host, unit: unit.name},
          evidence: evidenceOf,
        },
      ];
    }),
};
