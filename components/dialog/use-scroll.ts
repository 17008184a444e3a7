import {useState} from 'react';
import type {ScrollContext} from './scroll-keys.ts';

/** How far a text of so many lines was scrolled that shows `page` of them; `focus` is what the dialog must show of it. */
export function useScroll(lines: number, page: number): ScrollContext & {readonly focus: number} {
  const [top, setTop] = useState(0);
  const last = Math.max(0, lines - page);
  const shown = Math.min(top, last);
  return {
    scroll: by => setTop(now => Math.max(0, Math.min(last, Math.min(now, last) + by))),
    page,
    // A dialog puts the line that must be visible into its middle.
    focus: shown + Math.floor(page / 2),
  };
}
