import type {Screen} from '../screen.ts';
import {Health} from './health.tsx';

export const healthScreen: Screen = {id: 'health', key: '1', title: 'Health', component: Health};
