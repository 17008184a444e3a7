import type {ReactNode} from 'react';
import {useStore} from 'zustand';
import {Dialog, type DialogLine, dialogWidth} from '../../components/dialog/dialog.tsx';
import {ranks, useKeymap} from '../../components/keys/keyboard.tsx';
import {fitTo, widthOf} from '../../components/text/fit.ts';
import {steady} from '../../components/text/steady.ts';
import {hostText} from '../../src/profile/addresses.ts';
import type {Profile} from '../../src/profile/profile.ts';
import {type Size, useShell} from '../context.tsx';
import {type ProfilesContext, profilesKeymap} from './profiles-keys.ts';

type ProfileListProps = ProfilesContext & {readonly body: Size};

const dialogCells = 118;

/** All profiles. Only what the file says: none is connected for it. */
export function ProfileList({body, ...context}: ProfileListProps): ReactNode {
  const {console, ascii} = useShell();
  const {store} = context;
  const cursor = useStore(store.cursor);
  useKeymap(profilesKeymap, context, {rank: ranks.dialog, modal: true});
  const rows = store.profiles.map(profile => cells(profile, profile.name === console.profile.name));
  const widths = columnsWithin(rows, dialogWidth(body.columns, dialogCells) - 2);
  const at = store.profiles.findIndex(({name}) => name === cursor);
  const lines: DialogLine[] = [
    [{text: `  ${row(titles, widths)}`, bold: true}],
    ...rows.map((cellsOf, index): DialogLine => {
      const isAt = index === at;
      return [{text: isAt ? '▸ ' : '  '}, {text: row(cellsOf, widths), inverse: isAt}];
    }),
  ];
  return (
    <Dialog
      title="Profiles"
      lines={lines}
      keys="Enter open   t test   N new   Esc back"
      {...body}
      width={dialogCells}
      focus={at + 1}
      ascii={ascii}
    />
  );
}

const titles = ['NAME', 'API', 'HOSTS', 'FLAGS', 'STATE'];

function cells({name, api, hosts, protect, readOnly}: Profile, isOpen: boolean): readonly string[] {
  const flags = [...(protect ? ['protect'] : []), ...(readOnly ? ['read-only'] : [])].join(', ');
  return [name, api?.url ?? '–', hosts.map(hostText).join(', ') || '–', flags || '–', isOpen ? 'open' : '–'].map(
    steady,
  );
}

/** The name, the flags and the state are whole; of the rest the API comes before the hosts. */
function columnsWithin(rows: readonly (readonly string[])[], width: number): readonly number[] {
  const wanted = titles.map((title, column) =>
    Math.max(widthOf(title), ...rows.slice(0, 1000).map(cellsOf => widthOf(cellsOf[column] ?? ''))),
  );
  const [name = 0, api = 0, hosts = 0, flags = 0, state = 0] = wanted;
  const gaps = 2 * (titles.length - 1);
  const nameCells = Math.min(name, Math.floor(width / 4));
  const room = Math.max(0, width - gaps - nameCells - flags - state);
  const apiCells = Math.min(api, Math.max(room - hosts, Math.ceil(room * 0.55)));
  return [nameCells, apiCells, Math.max(0, Math.min(hosts, room - apiCells)), flags, state];
}

const row = (cellsOf: readonly string[], widths: readonly number[]): string =>
  cellsOf.map((text, column) => fitTo(text, widths[column] ?? 0)).join('  ');
