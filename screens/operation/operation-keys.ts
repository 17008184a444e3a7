import type {Keymap} from '../../components/keys/keymap.ts';
import type {Runner} from '../../src/operations/runner.ts';

type OperationContext = {
  readonly runner: Runner;
  /** Lines, down or up. */
  readonly scroll: (by: number) => void;
  /** Lines of a page. */
  readonly page: number;
};

const open = (runner: Runner) => runner.stage.getState();

/** Keys of the dialog of an operation. The letters of a plan's other ways are its own. */
export const operationKeymap: Keymap<OperationContext> = {
  title: 'Operation',
  commands: [
    {
      id: 'operation.confirm',
      keys: ['y'],
      label: 'do it',
      help: 'Do what the preview shows',
      unavailable: ({runner}) => runner.cannotConfirm(),
      run: ({runner}, pressedAtMs) => {
        void runner.confirm(pressedAtMs);
      },
    },
    {
      id: 'operation.wait',
      keys: ['w', 'ctrl+w'],
      label: 'wait first',
      help: 'Wait for the tasks that run before doing it, where the preview offers it',
      unavailable: ({runner}) => {
        const stage = open(runner);
        if (stage.at !== 'confirming' || !stage.shown) return 'No preview is on the screen';
        return stage.plan.alternatives.some(({key}) => key === 'w') ? undefined : 'There is no other way to do this';
      },
      run: ({runner}, pressedAtMs) => {
        void runner.choose('w', pressedAtMs);
      },
    },
    {
      id: 'operation.undo',
      keys: ['Z'],
      label: 'take back',
      help: 'Take back what was just done',
      proposes: true,
      unavailable: ({runner}) => {
        const stage = open(runner);
        return stage.at === 'reported' && stage.report.undo !== undefined ? undefined : 'There is nothing to take back';
      },
      run: ({runner}) => {
        const stage = open(runner);
        if (stage.at !== 'reported' || stage.report.undo === undefined) return;
        const {undo} = stage.report;
        runner.dismiss();
        void runner.propose(undo);
      },
    },
    {
      id: 'operation.down',
      keys: ['down', 'j'],
      label: 'down',
      help: 'A line down, where the preview or the report is longer than the screen',
      quiet: true,
      run: ({scroll}) => scroll(1),
    },
    {id: 'operation.up', keys: ['up', 'k'], label: 'up', help: 'A line up', quiet: true, run: ({scroll}) => scroll(-1)},
    {
      id: 'operation.page-down',
      keys: ['pgdn', 'space'],
      label: 'page down',
      help: 'A page down',
      quiet: true,
      run: ({scroll, page}) => scroll(page),
    },
    {
      id: 'operation.page-up',
      keys: ['pgup'],
      label: 'page up',
      help: 'A page up',
      quiet: true,
      run: ({scroll, page}) => scroll(-page),
    },
    {
      id: 'operation.last',
      keys: ['G', 'end'],
      label: 'end',
      help: 'To the end of the preview or the report',
      quiet: true,
      run: ({scroll}) => scroll(Number.MAX_SAFE_INTEGER),
    },
    {
      id: 'operation.first',
      keys: ['g', 'home'],
      label: 'start',
      help: 'To the start',
      quiet: true,
      run: ({scroll}) => scroll(-Number.MAX_SAFE_INTEGER),
    },
    {
      id: 'operation.backspace',
      keys: ['backspace'],
      label: 'delete',
      help: 'Takes away the last letter of the word that confirms',
      quiet: true,
      unavailable: ({runner}) => (open(runner).at === 'confirming' ? undefined : 'Nothing is typed'),
      run: ({runner}) => {
        const stage = open(runner);
        if (stage.at === 'confirming') runner.type([...stage.typed].slice(0, -1).join(''));
      },
    },
    {
      id: 'operation.cancel',
      keys: ['ctrl+c'],
      label: 'cancel',
      help: 'Cancel what runs, at the next point where that is possible',
      quiet: true,
      run: ({runner}) => {
        runner.cancel();
        runner.dismiss();
      },
    },
    {
      id: 'operation.leave',
      keys: ['esc', 'q'],
      label: 'leave',
      help: 'Leave the preview or the report',
      unavailable: ({runner}) => (mayLeave(runner) ? undefined : 'It runs: ^C cancels it'),
      run: ({runner}) => {
        runner.cancel();
        runner.dismiss();
      },
    },
  ],
};

/** A step that only watches can be left. */
function mayLeave(runner: Runner): boolean {
  const stage = open(runner);
  if (stage.at !== 'running') return true;
  const step = stage.plan.steps[stage.progress.results.length];
  return step?.leaves === true;
}
