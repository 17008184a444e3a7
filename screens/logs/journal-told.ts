import {useEffect, useState} from 'react';
import {type DialogLine, paragraph} from '../../components/dialog/dialog.tsx';
import {bytes, count} from '../../components/text/words.ts';
import {bytesOf, type JournalRule, type Journals, journalRuleOf, vacuumed} from '../../src/logs/journal-files.ts';
import type {Rule} from '../../src/logs/rule.ts';
import {expectProblem, Problem} from '../../src/problems/problem.ts';
import {useShell} from '../context.tsx';

/** The journals of a host, where one is named; or why they are not known. */
export function useJournals(host: string | undefined): Journals | Problem | undefined {
  const {console} = useShell();
  const [found, setFound] = useState<Journals | Problem>();
  useEffect(() => {
    if (host === undefined) return undefined;
    const abort = new AbortController();
    setFound(undefined);
    console
      .listJournals(host, abort.signal)
      .catch(expectProblem)
      .then(seen => {
        if (!abort.signal.aborted) setFound(seen);
      });
    return () => abort.abort();
  }, [console, host]);
  return found;
}

/** What a rule means for a journal, or why it means nothing. */
export function journalRule(rule: Rule): JournalRule | Problem {
  try {
    return journalRuleOf(rule);
  } catch (error) {
    return expectProblem(error);
  }
}

/** What the rule would take. */
export function journalLines(
  journals: Journals | Problem | undefined,
  rule: Rule | undefined,
  width: number,
): readonly DialogLine[] {
  const wanted = rule === undefined ? undefined : journalRule(rule);
  const problem = journals instanceof Problem ? journals : wanted instanceof Problem ? wanted : undefined;
  if (problem !== undefined) return paragraph(`${problem.title}. ${problem.hint}`, width, {colour: 'red'});
  if (journals === undefined || journals instanceof Problem) return [[{text: 'Looking at the journal …'}]];
  if (wanted === undefined || wanted instanceof Problem) return [[{text: '–'}]];
  const {archived, active} = journals;
  const going = vacuumed(journals, wanted);
  const takes = `Takes about ${count(going.length)} of ${count(archived.length)} archived files, ${bytes(bytesOf(going))} of ${bytes(bytesOf(archived))}.`;
  const stays = `${count(active.length)} that are being written have ${bytes(bytesOf(active))} and stay. It is the journal of all units of the host.`;
  return [...paragraph(takes, width, {bold: true}), ...paragraph(stays, width)];
}
