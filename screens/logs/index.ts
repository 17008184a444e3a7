import type {Screen} from '../screen.ts';
import {Logs} from './logs.tsx';

export const logsScreen: Screen = {id: 'logs', key: '4', title: 'Logs', component: Logs};
