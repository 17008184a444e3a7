import {useStdout} from 'ink';
import type {ReactNode} from 'react';
import {useEffect, useRef} from 'react';
import {useStore} from 'zustand';
import {Header} from '../components/frame/header.tsx';
import {judge} from '../src/health/judge.ts';
import {verdict} from '../src/health/verdict.ts';
import {useNow, useShell} from './context.tsx';
import {useVerdictEvidence} from './use-evidence.ts';

/** The header, fed by what the verdict asks for. Rings the bell when the verdict becomes critical. */
export function StatusHeader(): ReactNode {
  const {console, app, size} = useShell();
  const nowMs = useNow();
  const focused = useStore(app.focused);
  const evidence = useVerdictEvidence();
  const {level} = verdict(evidence, judge(evidence));
  useBell(level === 'critical');
  const {airflow, hosts} = evidence;
  const up = hosts.filter(({units}) => units.value !== undefined && units.problem === undefined).length;
  const version = console.version();
  const facts = [
    ...(version === undefined ? [] : [`Airflow ${version}`]),
    ...(hosts.length === 0 ? [] : [`${up}/${hosts.length} ${hosts.length === 1 ? 'host' : 'hosts'}`]),
    ...(airflow === undefined
      ? []
      : airflow.problem !== undefined
        ? ['API: no answer']
        : airflow.value === undefined
          ? ['connecting …']
          : [`API ${Math.round(airflow.value.tookMs)} ms`]),
  ];
  const modes = [...(console.readOnly ? ['READ-ONLY'] : []), ...(focused ? [] : ['unfocused: verdict only'])];
  return (
    <Header
      columns={size.columns}
      profile={console.profile.name}
      protect={console.profile.protect}
      facts={facts}
      modes={modes}
      dangers={console.profile.api?.insecure ? ['INSECURE'] : []}
      clock={new Date(nowMs).toTimeString().slice(0, 8)}
    />
  );
}

function useBell(critical: boolean): void {
  const {stdout} = useStdout();
  const before = useRef<boolean | undefined>(undefined);
  useEffect(() => {
    if (critical && before.current === false) stdout.write('\x07');
    before.current = critical;
  }, [critical, stdout]);
}
