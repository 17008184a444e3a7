import {type ReactNode, useEffect, useMemo, useRef, useState} from 'react';
import {useStore} from 'zustand';
import {blank, Dialog, type DialogLine, dialogWidth, paragraph} from '../../components/dialog/dialog.tsx';
import {formKeymap} from '../../components/form/form-keys.ts';
import {formLines} from '../../components/form/form-lines.ts';
import {FormStore, type Question} from '../../components/form/form-store.ts';
import {ranks, useKeymap} from '../../components/keys/keyboard.tsx';
import {bytes, count} from '../../components/text/words.ts';
import type {Console} from '../../src/console.ts';
import type {LogListing} from '../../src/logs/clean-up.ts';
import {choosesNothing, type Rule} from '../../src/logs/rule.ts';
import {expectProblem, Problem} from '../../src/problems/problem.ts';
import {type Size, useShell} from '../context.tsx';
import {allHosts, cleanQuestions, journalChoice, ruleOf} from './clean-questions.ts';
import type {CleanWish} from './clean-wish.ts';
import {intoOf, intoQuestion} from './into-question.ts';
import {journalLines, journalRule, useJournals} from './journal-told.ts';

/** The form of a clean-up, where somebody wants one. */
export function CleanUp({body}: {readonly body: Size}): ReactNode {
  const {app} = useShell();
  const wish = useStore(app.cleanUp);
  return wish === undefined ? null : <CleanForm key={wish.host} wish={wish} body={body} />;
}

/** The folders that Airflow writes logs to, its own first; empty where that was not read yet. */
function foldersOf({hosts, live}: Console, {host}: CleanWish): readonly string[] {
  const found = hosts.find(entry => entry.host.name === host);
  const places = found === undefined ? undefined : live.peek(found.installation)?.value;
  return places === undefined ? [] : [places.logFolder, ...places.otherLogFolders];
}

const questionsOf = (wish: CleanWish, there: Parameters<typeof cleanQuestions>[1]): readonly Question[] => [
  ...(wish.into === undefined ? [] : [intoQuestion(wish.into)]),
  ...cleanQuestions(wish, there),
];

type CleanFormProps = {readonly wish: CleanWish; readonly body: Size};

/** Asks for the rule, and tells at once what it would take. */
function CleanForm({wish, body}: CleanFormProps): ReactNode {
  const {app, console, ascii} = useShell();
  // What is archived goes from one host at a time.
  const hosts = wish.into === undefined ? console.hosts.map(({host}) => host.name) : [wish.host];
  const [form] = useState(() => new FormStore(questionsOf(wish, {folders: foldersOf(console, wish), hosts})));
  const state = useStore(form.state);
  useStore(form.field().state);
  const answers = new Map(form.questions.map(({id}, index) => [id, form.fields[index]?.text ?? '']));
  const folder = answers.get('folder') ?? wish.folder;
  const listed = useListing(wish, folder);
  const isRight = form.questions.every((_, index) => form.mistake(index) === undefined);
  const rule = isRight ? ruleOf(answers, wish) : undefined;
  const told = useTold(listed.found, rule);
  const isEverywhere = answers.get('host') === allHosts(hosts);
  const isJournal = answers.get('class') === journalChoice;
  const journals = useJournals(isJournal && !isEverywhere ? wish.host : undefined);
  const leave = () => app.cleanUp.setState(undefined, true);
  const onSubmit = () => {
    const sent = form.submit();
    if (sent === undefined || console.runner.busy() !== undefined) return;
    const wanted = ruleOf(sent, wish);
    if (isJournal) {
      const journal = journalRule(wanted);
      if (isEverywhere || journal instanceof Problem) return;
      leave();
      void console.runner.propose(console.operations.cleanJournal(wish.host, journal));
      return;
    }
    const listing = isEverywhere ? undefined : listed.take()?.listing;
    leave();
    if (isEverywhere) {
      const places = hosts.map(host => ({host, folder: answers.get('folder')}));
      void console.runner.propose(console.operations.cleanUpHosts(places, wanted));
      return;
    }
    const {cleanUp, archive} = console.operations;
    const place = {host: wish.host, folder};
    const operation =
      wish.into === undefined ? cleanUp(place, wanted, listing) : archive(place, wanted, intoOf(sent), listing);
    void console.runner.propose(operation).finally(() => listing?.remove());
  };
  const context = {form, onSubmit, onLeave: leave};
  useKeymap(formKeymap, context, {rank: ranks.dialog, modal: true, onText: text => form.type(text)});
  const width = dialogWidth(body.columns);
  const {lines, focus} = formLines(form, state, width);
  const marked = wish.under === undefined ? [] : [[{text: `Only the ${count(wish.under.length)} marked.`}], blank];
  const answer = isJournal
    ? isEverywhere
      ? paragraph('A journal is cleaned up on one host at a time.', width, {colour: 'red'})
      : journalLines(journals, rule, width)
    : isEverywhere
      ? [[{text: 'The preview tells for each host what the rule takes there.'}]]
      : answerLines(listed, rule, told, width);
  return (
    <Dialog
      title={`${wish.into === undefined ? 'Clean up' : 'Archive'} the logs of ${isEverywhere ? allHosts(hosts) : wish.host}`}
      lines={[...marked, ...lines, blank, ...answer]}
      keys="Tab next   Enter preview   Esc leave"
      {...body}
      focus={focus + marked.length}
      colour="cyan"
      ascii={ascii}
    />
  );
}

type Listed = {
  readonly found: LogListing | undefined;
  readonly files: number;
  readonly problem: Problem | undefined;
  /** Hands it over: whoever takes it removes it. */
  readonly take: () => LogListing | undefined;
};

const noMarks: readonly string[] = [];

/** Walks the log folder once, as soon as the form is open or another folder chosen. */
function useListing({host, under = noMarks}: CleanWish, folder: string | undefined): Listed {
  const {console} = useShell();
  const [found, setFound] = useState<LogListing>();
  const [files, setFiles] = useState(0);
  const [problem, setProblem] = useState<Problem>();
  const kept = useRef<LogListing>(undefined);
  useEffect(() => {
    const abort = new AbortController();
    setFound(undefined);
    setProblem(undefined);
    setFiles(0);
    console
      .listLogs({host, folder}, under, abort.signal, setFiles)
      .then(async listed => {
        if (abort.signal.aborted) {
          await listed.listing.remove();
          return;
        }
        kept.current = listed;
        setFound(listed);
      })
      .catch(error => {
        if (!abort.signal.aborted) setProblem(expectProblem(error));
      });
    return () => {
      abort.abort();
      void kept.current?.listing.remove();
      kept.current = undefined;
    };
  }, [console, host, folder, under]);
  const take = () => {
    const taken = kept.current;
    kept.current = undefined;
    return taken;
  };
  return {found, files, problem, take};
}

type Told = {readonly files: number; readonly directories: number; readonly bytes: number; readonly left: number};

/** What the rule would take, a moment after it was typed; or why that is not known. */
function useTold(found: LogListing | undefined, rule: Rule | undefined): Told | Problem | undefined {
  const [told, setTold] = useState<{readonly key: string; readonly told: Told | Problem}>();
  const key = useMemo(() => (rule === undefined || choosesNothing(rule) ? '' : JSON.stringify(rule)), [rule]);
  useEffect(() => {
    if (found === undefined || key === '') return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      found.choose(JSON.parse(key) as Rule, abort.signal).then(
        ({files, bytes: size, directories, emptied, rotated, stays}) => {
          const left = [...stays].reduce((sum, [, each]) => sum + each.files, 0);
          const all = {files: files + emptied.files + rotated.files, bytes: size + emptied.bytes, directories, left};
          if (!abort.signal.aborted) setTold({key, told: all});
        },
        error => {
          if (!abort.signal.aborted) setTold({key, told: expectProblem(error)});
        },
      );
    }, 150);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [found, key]);
  return told?.key === key ? told.told : undefined;
}

const unanswered = 'What it would take is told when each line has an answer that can be read.';

function answerLines(
  {found, files, problem}: Listed,
  rule: Rule | undefined,
  told: Told | Problem | undefined,
  width: number,
): readonly DialogLine[] {
  const failed = problem ?? (told instanceof Problem ? told : undefined);
  if (failed !== undefined) {
    return paragraph(`${failed.title}: ${failed.detail} ${failed.hint}`, width, {colour: 'red'});
  }
  if (rule !== undefined && choosesNothing(rule)) return [[{text: 'Give an age, or a level to come down to.'}]];
  if (found === undefined) return [[{text: `Looking at the log folder … ${count(files)} files so far`}]];
  if (told === undefined || told instanceof Problem) return [[{text: rule === undefined ? unanswered : 'Counting …'}]];
  const {listing} = found;
  const used = listing.volume.totalBytes - listing.volume.freeBytes;
  const usable = used + listing.volume.availableBytes;
  const full = (amount: number) => (usable === 0 ? '–' : `${Math.floor((amount / usable) * 100)} %`);
  const folders = told.directories === 0 ? '' : `, and ${count(told.directories)} folders that are then empty`;
  const takes = `Takes ${count(told.files)} of ${count(listing.files)} files, ${bytes(told.bytes)}${folders}.`;
  const then = `The volume is ${full(used)} full, and afterwards about ${full(Math.max(0, used - told.bytes))}.`;
  const left =
    told.left === 0 ? '' : ` ${count(told.left)} ${told.left === 1 ? 'is' : 'are'} left: the preview says why.`;
  return [...paragraph(takes, width, {bold: true}), ...paragraph(then + left, width)];
}
