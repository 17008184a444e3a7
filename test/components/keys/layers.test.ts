import {expect, test, vi} from 'vitest';
import {bind, type Command} from '../../../components/keys/keymap.ts';
import {KeyLayers, type Layer} from '../../../components/keys/layers.ts';
import type {Press} from '../../../components/keys/press.ts';

type Binding = {readonly keys: readonly [Press, ...Press[]]; readonly run: () => void; readonly why?: string};

function layer(title: string, bindings: readonly Binding[], more: Partial<Layer> = {}): Layer {
  const commands = bindings.map<Command<undefined>>(({keys, run, why}, index) => ({
    id: `${title}.${index}`,
    keys,
    label: keys[0],
    help: `does ${keys[0]}`,
    unavailable: () => why,
    run,
  }));
  return {keymap: bind({title, commands}, undefined), modal: false, ...more};
}

test('the top layer hears a key first, and those beneath what it does not know', () => {
  const layers = new KeyLayers();
  const ran: string[] = [];
  layers.push(layer('dialog', [{keys: ['j'], run: () => ran.push('dialog j')}]), 30);
  layers.push(
    layer('screen', [
      {keys: ['j'], run: () => ran.push('screen j')},
      {keys: ['k'], run: () => ran.push('screen k')},
    ]),
    10,
  );
  layers.dispatch('j');
  layers.dispatch('k');
  expect(ran).toEqual(['dialog j', 'screen k']);
  expect(layers.sections().map(({title}) => title)).toEqual(['dialog', 'screen']);
});

test('of two layers of one rank the later is on top', () => {
  const layers = new KeyLayers();
  const ran: string[] = [];
  layers.push(layer('first', [{keys: ['j'], run: () => ran.push('first')}]), 10);
  const second = layers.push(layer('second', [{keys: ['j'], run: () => ran.push('second')}]), 10);
  layers.dispatch('j');
  second.remove();
  layers.dispatch('j');
  expect(ran).toEqual(['second', 'first']);
});

test('a modal layer hides the rest', () => {
  const layers = new KeyLayers();
  const below = vi.fn();
  layers.push(layer('screen', [{keys: ['k'], run: below}]), 10);
  const dialog = layers.push(layer('dialog', [{keys: ['y'], run: () => {}}], {modal: true}), 30);
  expect(layers.dispatch('k')).toEqual({at: 'unbound'});
  expect(layers.sections().map(({title}) => title)).toEqual(['dialog']);
  expect(layers.sections(30).map(({title}) => title)).toEqual(['screen']);
  dialog.remove();
  expect(layers.dispatch('k')).toMatchObject({at: 'ran'});
  expect(below).toHaveBeenCalledOnce();
});

test('a command that cannot run says why', () => {
  const layers = new KeyLayers();
  const run = vi.fn();
  layers.push(layer('screen', [{keys: ['T'], run, why: 'No DAG is listed'}]), 10);
  expect(layers.dispatch('T')).toMatchObject({at: 'refused', why: 'No DAG is listed', command: {label: 'T'}});
  expect(run).not.toHaveBeenCalled();
});

test('a key that the top layer refuses goes to a layer beneath that can use it', () => {
  const layers = new KeyLayers();
  const quit = vi.fn();
  layers.push(layer('app', [{keys: ['q'], run: quit}]), 0);
  layers.push(layer('screen', [{keys: ['q'], run: () => {}, why: 'There is nothing to leave'}]), 10);
  expect(layers.dispatch('q')).toMatchObject({at: 'ran'});
  expect(quit).toHaveBeenCalledOnce();
});

test('of several commands on one key the one that can run runs', () => {
  const layers = new KeyLayers();
  const can = vi.fn();
  layers.push(
    layer('screen', [
      {keys: ['enter'], run: () => {}, why: 'Not here'},
      {keys: ['enter'], run: can},
    ]),
    10,
  );
  layers.dispatch('enter');
  expect(can).toHaveBeenCalledOnce();
});

test('a field takes characters before any command with a character, and leaves it the other keys', () => {
  const layers = new KeyLayers();
  const texts: string[] = [];
  const small = vi.fn();
  const up = vi.fn();
  layers.push(
    layer(
      'field',
      [
        {keys: ['j'], run: small},
        {keys: ['up'], run: up},
      ],
      {onText: text => texts.push(text)},
    ),
    20,
  );
  layers.push(layer('screen', [{keys: ['k'], run: small}]), 10);
  for (const press of ['j', 'k', 'space', 'up', 'T']) layers.dispatch(press);
  expect(texts).toEqual(['j', 'k', ' ', 'T']);
  expect(small).not.toHaveBeenCalled();
  expect(up).toHaveBeenCalledOnce();
});

test('jamo are Latin letters for commands, and themselves in a field', () => {
  const layers = new KeyLayers();
  const texts: string[] = [];
  const down = vi.fn();
  layers.push(layer('screen', [{keys: ['j'], run: down}]), 10);
  expect(layers.dispatch('ㅓ')).toMatchObject({at: 'ran'});
  const field = layers.push(layer('field', [], {modal: true, onText: text => texts.push(text)}), 20);
  layers.dispatch('ㅓ');
  field.remove();
  expect(texts).toEqual(['ㅓ']);
  expect(down).toHaveBeenCalledOnce();
});

test('a paste reaches the field on top, and nothing else', () => {
  const layers = new KeyLayers();
  const run = vi.fn();
  const texts: string[] = [];
  layers.push(layer('screen', [{keys: ['R'], run}]), 10);
  layers.paste('RRR');
  expect(run).not.toHaveBeenCalled();
  layers.push(layer('field', [], {modal: true, onText: text => texts.push(text)}), 20);
  layers.paste('one\ntwo');
  layers.push(layer('question', [{keys: ['y'], run}], {modal: true}), 40);
  layers.paste('y');
  expect(texts).toEqual(['one\ntwo']);
  expect(run).not.toHaveBeenCalled();
});

test('what draws the footer hears of each layer that comes or goes', () => {
  const layers = new KeyLayers();
  const heard = vi.fn();
  layers.revision.subscribe(heard);
  layers.push(layer('screen', []), 10).remove();
  expect(heard).toHaveBeenCalledTimes(2);
});
