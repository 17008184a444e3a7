import {type CutOff, cutOffWords} from '../../logs/clean-result.ts';
import {bytes, count} from '../../words.ts';
import type {Check, Judgement} from '../check.ts';
import {fresh, saidAt} from '../evidence.ts';

/** The last clean-up of each log folder came to its end. */
export const cleanUpsCheck: Check = {
  id: 'clean-ups',
  question: 'Did the last clean-up of each log folder come to its end?',
  judge: ({cutOffs, nowMs}) => {
    const seen = fresh(cutOffs);
    if (seen === undefined) return [];
    if (seen.length > 0) return seen.map(cut => judge(cut, nowMs));
    const none = {name: 'cut off', value: 'none', source: 'the results that windsock keeps', ...saidAt(cutOffs)};
    return [{about: 'all', level: 'ok', text: 'No clean-up of logs was cut off.', evidence: [none]}];
  },
};

function judge(cut: CutOff, nowMs: number): Judgement {
  const {id, host, root, files, deleted, freedBytes, unsure, path, atMs} = cut;
  const fact = (name: string, value: string) => ({name, value, source: 'the results that windsock keeps', atMs});
  return {
    about: `${host}${root}`,
    level: 'warning',
    text: cutOffWords(cut, nowMs),
    hint: 'C cleans up anew, from what is there now; d dismisses this.',
    cutOff: {host, folder: root, id},
    evidence: [
      fact('planned', `${count(files)} files`),
      fact('deleted', `${count(deleted)} files`),
      fact('freed', bytes(freedBytes)),
      fact('not known', `${count(unsure)} files`),
      fact('what became of each', path),
    ],
  };
}
