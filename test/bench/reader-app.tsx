import {render, useWindowSize} from 'ink';
import {type ReactNode, useState} from 'react';
import {Keyboard} from '../../components/keys/keyboard.tsx';
import {KeyLayers} from '../../components/keys/layers.ts';
import {createAppStore} from '../../screens/app-store.ts';
import {ShellProvider} from '../../screens/context.tsx';
import {Reader} from '../../screens/reader/reader.tsx';
import {fileSubject} from '../../screens/reader/subjects.ts';
import type {Console} from '../../src/console.ts';
import {startAgent} from '../../src/host/agent.ts';
import {openLocalHost} from '../../src/host/local.ts';
import {FileLog} from '../../src/reader/file.ts';

const [path = ''] = process.argv.slice(2);
const host = openLocalHost({become: 'none'});

/** Only what the reader of a file needs. */
const console: Pick<Console, 'logs' | 'now'> = {
  now: Date.now,
  logs: {
    file: (_: string, name: string) =>
      new FileLog(name, async () => {
        const agent = await startAgent(host);
        return {log: await agent.openLog(name), close: () => agent.close()};
      }),
  } as unknown as Console['logs'],
};

function App(): ReactNode {
  const {columns, rows} = useWindowSize();
  const [app] = useState(() => createAppStore('logs', Date.now()));
  const [layers] = useState(() => new KeyLayers());
  return (
    <ShellProvider value={{console: console as Console, app, size: {columns, rows}, ascii: false}}>
      <Keyboard layers={layers}>
        <Reader
          subject={fileSubject(console as Console, 'here', path)}
          body={{columns, rows}}
          onLeave={() => process.exit(0)}
        />
      </Keyboard>
    </ShellProvider>
  );
}

render(<App />, {
  alternateScreen: true,
  incrementalRendering: true,
  interactive: true,
  maxFps: 60,
  patchConsole: false,
  exitOnCtrlC: false,
});
