import type {Installation} from '../../config/installation.ts';
import type {Seen} from '../../live/live.ts';
import type {Check, Judgement} from '../check.ts';
import {failedAt, fresh, type HostEvidence, saidAt} from '../evidence.ts';

/** Settings could be read: what several checks judge by. */
export const configurationCheck: Check = {
  id: 'configuration',
  question: 'Could the settings of each host be read?',
  see: {key: '3', title: 'Config'},
  judge: evidence => evidence.hosts.flatMap(judge),
};

function judge({host, units, installation}: HostEvidence): readonly Judgement[] {
  // One finding a host that cannot be asked is enough; the units have it.
  if (units.problem !== undefined) return [];
  const seen = fresh(installation);
  const problems = installation.problem === undefined ? (seen?.problems ?? []) : [installation.problem];
  const [problem] = problems;
  if (problem === undefined) {
    return seen === undefined
      ? []
      : [
          {
            about: host,
            level: 'ok',
            text: `The settings of ${host} could be read.`,
            evidence: [fact(seen, installation)],
          },
        ];
  }
  const what = seen === undefined ? 'The settings' : 'Some of the settings';
  const detail = problem.detail === '' ? '' : ` (${problem.detail})`;
  return [
    {
      about: host,
      level: 'unknown',
      text: `${what} of ${host} are not known: ${problem.title.toLowerCase()}${detail}.`,
      hint: problem.hint,
      evidence: problems.map(({message}) => ({
        name: 'answer',
        value: message,
        source: host,
        ...failedAt(installation),
      })),
    },
  ];
}

const fact = ({configPath, settings}: Installation, seen: Seen<Installation>) => ({
  name: configPath,
  value: settings.length === 1 ? '1 setting that is no default' : `${settings.length} settings that are no defaults`,
  source: `the files and units of ${seen.value?.host}`,
  ...saidAt(seen),
});
