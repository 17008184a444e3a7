import type {Screen} from '../screen.ts';
import {Data} from './data.tsx';

export const dataScreen: Screen = {id: 'data', key: '5', title: 'Data', component: Data};
