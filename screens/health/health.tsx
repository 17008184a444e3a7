import {Box, Text} from 'ink';
import {type ReactNode, useLayoutEffect, useMemo, useState} from 'react';
import {useStore} from 'zustand';
import {ranks, useKeymap} from '../../components/keys/keyboard.tsx';
import type {Sign} from '../../components/table/column.ts';
import {Table} from '../../components/table/table.tsx';
import {clip} from '../../components/text/fit.ts';
import type {Evidence} from '../../src/health/evidence.ts';
import {type Finding, type Level, levels} from '../../src/health/finding.ts';
import {judge} from '../../src/health/judge.ts';
import {verdict} from '../../src/health/verdict.ts';
import {age} from '../../src/words.ts';
import {useBody, useShell} from '../context.tsx';
import {Reader} from '../reader/reader.tsx';
import {journalSubject} from '../reader/subjects.ts';
import {useEvidence} from '../use-evidence.ts';
import {componentColumns, findingColumns} from './columns.ts';
import {FindingDialog} from './finding-dialog.tsx';
import {healthBackKeymap, healthKeymap} from './health-keys.ts';
import {createHealthStore} from './health-store.ts';
import {componentRows} from './rows.ts';
import {VerdictLines, verdictLines} from './verdict-lines.tsx';

const asciiSigns: Readonly<Record<Level, Sign>> = {
  critical: {text: 'x', colour: 'red'},
  warning: {text: '!', colour: 'yellow'},
  unknown: {text: '?', colour: 'magenta'},
  note: {text: '-'},
  ok: {text: '+', colour: 'green'},
};

const signs: Readonly<Record<Level, Sign>> = {
  ...asciiSigns,
  critical: {text: '✖', colour: 'red'},
  note: {text: '·'},
  ok: {text: '✓', colour: 'green'},
};

/** Screen 1: is it scheduling, why not, and what to do. */
export function Health(): ReactNode {
  const {app, console, ascii} = useShell();
  const body = useBody();
  const [store] = useState(createHealthStore);
  const view = useStore(store.view);
  const side = useStore(store.side);
  const tryDefaultPasswords = useStore(store.tryDefaultPasswords);
  const evidence = useEvidence({tryDefaultPasswords});
  const findings = useMemo(() => judge(evidence), [evidence]);
  const rows = useMemo(() => componentRows(evidence), [evidence]);
  const said = useMemo(() => verdict(evidence, findings), [evidence, findings]);
  useLayoutEffect(() => store.components.setRows(rows), [store, rows]);
  useLayoutEffect(() => {
    store.findings.setRows(findings);
    store.findings.setColumns(findingColumns(tally(findings, ascii)));
  }, [store, findings, ascii]);
  const subject = said.subject === undefined ? undefined : `${said.subject.host}/${said.subject.unit}`;
  useLayoutEffect(() => store.components.setHome(subject), [store, subject]);
  const oneHost = console.hosts.length < 2;
  useLayoutEffect(() => store.components.setColumns(componentColumns(oneHost)), [store, oneHost]);

  const table = side === 'components' ? store.components : store.findings;
  useKeymap(healthKeymap, {app, console, store, table}, {rank: ranks.screen});
  const back = () => store.view.setState({at: 'list'}, true);
  useKeymap(healthBackKeymap, {store}, {rank: ranks.field, active: view.at === 'finding'});

  if (view.at === 'journal') {
    return <Reader subject={journalSubject(console, view.unit)} body={body} onLeave={back} />;
  }
  const componentLines = Math.min(rows.length + 1, Math.max(4, Math.floor(body.rows / 2) - 2));
  const verdictText = verdictLines(said, body.columns);
  const findingLines = Math.max(2, body.rows - verdictText.length - 1 - componentLines - 1 - 2);
  return (
    <Box flexDirection="column" width={body.columns} height={body.rows} overflow="hidden">
      <VerdictLines lines={verdictText} sign={(ascii ? asciiSigns : signs)[said.level]} />
      <Text> </Text>
      <Table
        table={store.components}
        width={body.columns}
        height={componentLines}
        noun={{one: 'component', many: 'components'}}
        focused={side === 'components'}
        footer={false}
        ascii={ascii}
        empty="Looking for units …"
      />
      <Text> </Text>
      <Table
        table={store.findings}
        width={body.columns}
        height={findingLines}
        noun={{one: 'finding', many: 'findings'}}
        focused={side === 'findings'}
        footer={false}
        ascii={ascii}
        sign={finding => (ascii ? asciiSigns : signs)[finding.level]}
        empty="Nothing has been found out yet."
      />
      <Text> </Text>
      <Text wrap="truncate">{clip(workloadLine(evidence), body.columns)}</Text>
      {view.at === 'finding' && <FindingDialog finding={view.finding} store={store} body={body} />}
    </Box>
  );
}

/** "FINDINGS   2 critical · 1 warning · 14 ok". */
function tally(findings: readonly Finding[], ascii: boolean): string {
  const counts = levels
    .map(level => ({level, count: findings.filter(finding => finding.level === level).length}))
    .filter(({count}) => count > 0)
    .map(({level, count}) => `${count} ${level}`);
  return `FINDINGS   ${counts.join(ascii ? ' - ' : ' · ')}`;
}

function workloadLine({workload, nowMs}: Evidence): string {
  if (workload?.value === undefined) {
    return workload?.problem === undefined ? '' : `   RUNS   not known: ${workload.problem.title.toLowerCase()}`;
  }
  const {running, queued, oldestQueued, failedRuns} = workload.value;
  const oldest =
    oldestQueued?.queuedAtMs === undefined ? '' : `, oldest ${age(Math.max(0, nowMs - oldestQueued.queuedAtMs))}`;
  const old =
    workload.problem === undefined || workload.atMs === undefined ? '' : ` · ${age(nowMs - workload.atMs)} old`;
  return `   TASKS  running ${running} · queued ${queued}${oldest}   RUNS  failed in 24 h ${failedRuns}${old}`;
}
