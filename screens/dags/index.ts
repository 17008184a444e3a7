import type {Screen} from '../screen.ts';
import {Dags} from './dags.tsx';

export const dagsScreen: Screen = {id: 'dags', key: '2', title: 'DAGs', component: Dags};
