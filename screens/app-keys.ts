import type {Command, Keymap} from '../components/keys/keymap.ts';
import type {Console} from '../src/console.ts';
import type {AppStore} from './app-store.ts';
import {screens} from './index.ts';

export type AppContext = {readonly app: AppStore; readonly console: Console; readonly quit: () => void};

const slowest = 8;
const fastest = 0.25;

const screenCommands: readonly Command<AppContext>[] = screens.map(screen => ({
  id: `app.screen-${screen.id}`,
  keys: [screen.key],
  label: screen.title,
  help: `The screen ${screen.title}`,
  quiet: true,
  run: ({app}) => {
    app.view.setState('none', true);
    app.screen.setState(screen.id, true);
  },
}));

/** Keys that work on every screen. */
export const appKeymap: Keymap<AppContext> = {
  title: 'Everywhere',
  commands: [
    {
      id: 'app.help',
      keys: ['?'],
      label: 'help',
      help: 'All keys that work here, searchable',
      run: ({app}) => app.overlay.setState('help', true),
    },
    {
      id: 'app.palette',
      keys: [':'],
      label: 'palette',
      help: 'Everything that can be done, profiles and screens too, by typing',
      quiet: true,
      run: ({app}) => app.overlay.setState('palette', true),
    },
    {
      id: 'app.profiles',
      keys: ['0'],
      label: 'all profiles',
      help: 'All profiles: open, test or add one',
      quiet: true,
      run: ({app}) => app.overlay.setState('profiles', true),
    },
    {
      id: 'app.menu',
      keys: ['x'],
      label: 'all',
      help: 'All that can be done with this row',
      run: ({app}) => app.overlay.setState('menu', true),
    },
    {
      id: 'app.changes',
      keys: ['w'],
      label: 'what changed',
      help: 'What changed lately: boots, failures, restarts, configuration, DAG files, packages',
      unavailable: ({app}) => (app.view.getState() === 'changes' ? 'It is shown' : undefined),
      run: ({app}) => app.view.setState('changes', true),
    },
    {
      id: 'app.undo',
      keys: ['Z'],
      label: 'take back',
      help: 'Take back the operation that ran last',
      proposes: true,
      quiet: true,
      unavailable: ({console}) =>
        console.runner.busy() ??
        (console.runner.lastUndo() === undefined ? 'There is nothing to take back' : undefined),
      run: ({console}) => {
        const undo = console.runner.lastUndo();
        if (undo === undefined) return;
        console.runner.dismiss();
        void console.runner.propose(undo);
      },
    },
    {
      id: 'app.refresh',
      keys: ['ctrl+r'],
      label: 'refresh',
      help: 'Ask again for everything on the screen',
      quiet: true,
      run: ({app, console}) => {
        console.loginAgain();
        void console.live.refresh();
        app.say('Asking again …');
      },
    },
    {
      id: 'app.faster',
      keys: ['+'],
      label: 'faster',
      help: 'Ask twice as often',
      quiet: true,
      run: context => setPace(context, 0.5),
    },
    {
      id: 'app.slower',
      keys: ['-'],
      label: 'slower',
      help: 'Ask half as often',
      quiet: true,
      run: context => setPace(context, 2),
    },
    {
      id: 'app.quit',
      keys: ['q', 'ctrl+c'],
      label: 'quit',
      help: 'Leave windsock; it asks first while an operation runs',
      quiet: true,
      run: ({app, console, quit}) => {
        if (console.runner.stage.getState().at === 'running') app.overlay.setState('quit', true);
        else quit();
      },
    },
    ...screenCommands,
  ],
};

function setPace({app, console}: AppContext, factor: number): void {
  const pace = Math.min(slowest, Math.max(fastest, app.pace.getState() * factor));
  app.pace.setState(pace, true);
  console.live.pace(pace);
  app.say(
    pace === 1
      ? 'Asking at the usual pace'
      : pace < 1
        ? `Asking ${1 / pace} × as often`
        : `Asking ${pace} × less often`,
  );
}
