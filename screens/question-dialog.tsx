import {useApp} from 'ink';
import {type ReactNode, useEffect} from 'react';
import {useStore} from 'zustand';
import {type Size, useShell} from './context.tsx';
import {HostKeyDialog} from './host-key-dialog.tsx';
import {SecretDialog} from './secret-dialog.tsx';

/** The oldest question that a host asks of the user. */
export function QuestionDialog({body}: {readonly body: Size}): ReactNode {
  const {questions} = useShell().app;
  const [asked] = useStore(questions.open);
  // The footer names the keys once they answer.
  useStore(questions.readable);
  const {waitUntilRenderFlush} = useApp();
  useEffect(() => {
    if (asked !== undefined) void waitUntilRenderFlush().then(() => questions.shown(asked));
  }, [asked, questions, waitUntilRenderFlush]);
  if (asked === undefined) return null;
  return asked.about === 'host-key' ? (
    <HostKeyDialog question={asked.question} body={body} />
  ) : (
    <SecretDialog asked={asked} body={body} />
  );
}
