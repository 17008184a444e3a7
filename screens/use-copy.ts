import {useStdout} from 'ink';
import {useCallback} from 'react';
import {useShell} from './context.tsx';

export type Copy = (text: string, remark?: string) => void;

/** Puts a text into the clipboard of whoever sits at the terminal, also over SSH (OSC 52), and says so. Not every terminal takes it. */
export function useCopy(): Copy {
  const {stdout} = useStdout();
  const {app} = useShell();
  return useCallback(
    (text, remark) => {
      stdout.write(`\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`);
      app.say(
        ['Copied, where the terminal allows it (OSC 52).', ...(remark === undefined ? [] : [`${remark}.`])].join(' '),
      );
    },
    [stdout, app],
  );
}
