import type {Page, Task} from './api.ts';

export const noTasks: Page<Task> = {items: [], total: 0};

/** More than this one screen can show, or one server should give at once. */
export const listLimit = 1000;

/** A page with each item converted. */
export function mapPage<A, B>({items, total}: Page<A>, to: (item: A) => B): Page<B> {
  return {items: items.map(item => to(item)), total};
}
