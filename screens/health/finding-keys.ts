import type {Keymap} from '../../components/keys/keymap.ts';
import type {Finding} from '../../src/health/finding.ts';
import type {HealthStore} from './health-store.ts';

/** The keys that cure the finding, or lead to where it is cured. */
export function cureKeys({cure, unit, see, fullOfLogs, cutOff}: Finding): readonly string[] {
  return [
    ...(cure === undefined ? [] : [cure.kind === 'restart' ? 'R restart' : 'U start']),
    ...(fullOfLogs === undefined && cutOff === undefined ? [] : ['C clean up']),
    ...(cutOff === undefined ? [] : ['d dismiss']),
    ...(cure === undefined && unit === undefined ? [] : ['l journal']),
    ...(see === undefined ? [] : [`${see.key} ${see.title}`]),
  ];
}

type FindingContext = {readonly store: HealthStore};

const scrollBy = ({store}: FindingContext, lines: number) =>
  store.scroll.setState(top => Math.max(0, Math.min(store.lastLine.getState(), top + lines)), true);

/** Over a finding the list beneath it must not move. */
export const findingKeymap: Keymap<FindingContext> = {
  title: 'A finding',
  commands: [
    {
      id: 'finding.down',
      keys: ['j', 'down'],
      label: 'down',
      help: 'A line down',
      quiet: true,
      run: context => scrollBy(context, 1),
    },
    {
      id: 'finding.up',
      keys: ['k', 'up'],
      label: 'up',
      help: 'A line up',
      quiet: true,
      run: context => scrollBy(context, -1),
    },
    {
      id: 'finding.page-down',
      keys: ['pgdn', 'space', 'ctrl+d'],
      label: 'page down',
      help: 'A page down',
      quiet: true,
      run: context => scrollBy(context, 15),
    },
    {
      id: 'finding.page-up',
      keys: ['pgup', 'ctrl+u'],
      label: 'page up',
      help: 'A page up',
      quiet: true,
      run: context => scrollBy(context, -15),
    },
    {
      id: 'finding.top',
      keys: ['g', 'home'],
      label: 'top',
      help: 'The first line',
      quiet: true,
      run: context => scrollBy(context, Number.NEGATIVE_INFINITY),
    },
    {
      id: 'finding.end',
      keys: ['G', 'end'],
      label: 'end',
      help: 'The last line',
      quiet: true,
      run: context => scrollBy(context, Number.POSITIVE_INFINITY),
    },
  ],
};
