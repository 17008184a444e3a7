import type {Screen} from '../screen.ts';
import {Activity} from './activity.tsx';

export const activityScreen: Screen = {id: 'activity', key: '7', title: 'Activity', component: Activity};
