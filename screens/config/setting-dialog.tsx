import type {ReactNode} from 'react';
import {blank, Dialog, type DialogLine, dialogWidth, paragraph} from '../../components/dialog/dialog.tsx';
import {ranks, useKeymap} from '../../components/keys/keyboard.tsx';
import type {Keymap} from '../../components/keys/keymap.ts';
import type {Setting} from '../../src/config/effective.ts';
import type {Installation} from '../../src/config/installation.ts';
import {fromWhere, valueText} from '../../src/config/words.ts';
import {clean} from '../../src/text.ts';
import {type Size, useShell} from '../context.tsx';

type LeaveContext = {readonly onLeave: () => void};

export const settingKeymap: Keymap<LeaveContext> = {
  title: 'Setting',
  commands: [
    {
      id: 'setting.leave',
      keys: ['esc', 'q', 'enter'],
      label: 'back',
      help: 'Back to the settings',
      run: ({onLeave}) => onLeave(),
    },
  ],
};

type SettingDialogProps = {
  readonly setting: Setting;
  readonly installation: Installation;
  readonly body: Size;
  readonly onLeave: () => void;
};

/** One setting: its whole value, who decides it, what it hides; and what is wrong with the file. */
export function SettingDialog({setting, installation, body, onLeave}: SettingDialogProps): ReactNode {
  const {ascii} = useShell();
  useKeymap(settingKeymap, {onLeave}, {rank: ranks.dialog, modal: true});
  const width = dialogWidth(body.columns);
  const {source, overridden, differs, ignored} = setting;
  const lines: DialogLine[] = [
    ...paragraph(setting.secret ? valueText(setting) : clean(setting.value ?? ''), width, {bold: true}),
    blank,
  ];
  if (ignored !== undefined) {
    lines.push(...paragraph(`Airflow ignores this: ${ignored}.`, width, {colour: 'yellow'}));
  } else if (source.kind === 'environment') {
    lines.push(...paragraph(`${source.variable}, from ${fromWhere(setting)}, for ${source.units.join(', ')}.`, width));
  } else {
    lines.push(...paragraph(`${installation.configPath}, line ${source.line}.`, width));
  }
  if (overridden !== undefined) {
    lines.push(
      ...paragraph(
        `It hides line ${overridden.line} of airflow.cfg, which says: ${clean(overridden.value ?? '')}`,
        width,
        {colour: 'yellow'},
      ),
    );
  }
  for (const {unit, value} of differs ?? []) lines.push(...paragraph(`${unit}: ${value ?? 'the default'}`, width));
  const issues = installation.document?.issues ?? [];
  if (issues.length > 0) lines.push(blank, [{text: 'Remarks on the file', bold: true}]);
  for (const issue of issues) lines.push(...paragraph(`line ${issue.line}: ${issue.text}`, width, {colour: 'yellow'}));
  return (
    <Dialog title={`[${setting.section}] ${setting.option}`} lines={lines} keys="Esc back" {...body} ascii={ascii} />
  );
}
