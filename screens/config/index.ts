import type {Screen} from '../screen.ts';
import {Config} from './config.tsx';

export const configScreen: Screen = {id: 'config', key: '3', title: 'Config', component: Config};
