import {quote} from '../../host/quote.ts';
import {Problem} from '../../problems/problem.ts';
import {classWords} from '../class-words.ts';
import type {Layout} from '../layout.ts';
import type {Rule} from '../rule.ts';
import {quietMs} from '../selection.ts';
import {type FindPatterns, findPatterns} from './patterns.ts';

const minuteMs = 60_000;
/** What `logs clean` exits with, too, while another clean-up has the folder. */
const busy = 75;

/**
 * The lines of a POSIX shell script that deletes below the folder of the layout exactly what `logs clean` chooses by the same rule,
 * an age rule. It needs GNU find and awk, writes a last line with what it did, and fails where
 * something could not be deleted. Throws `logs.cannot-schedule`.
 */
export function cleanUpScript(layout: Layout, rule: Rule & {readonly olderThanMs: number}): string {
  const {files, emptied, empty, kept} = findPatterns(layout, rule);
  if (files.length === 0) throw new Problem('logs.cannot-schedule', 'only task logs are of a DAG');
  const quiet = quietMs / minuteMs;
  return `set -u
LC_ALL=C; PATH=\${PATH:+$PATH:}/usr/bin:/bin; export LC_ALL PATH
logs=${quoted(layout.folder)}
minutes=${rule.olderThanMs / minuteMs}

cd -P -- "$logs" && [ -r . ] || { echo "Failed: $logs cannot be read."; exit 1; }
renice -n 10 -p $$ >/dev/null 2>&1 || :
ionice -c 3 -p $$ >/dev/null 2>&1 || :

# One clean-up of this folder at a time, windsock's own included.
exec 9<.
if command -v flock >/dev/null; then
  flock -n -E ${busy} 9
  [ $? -ne ${busy} ] || { echo "Another clean-up of $logs runs: nothing was deleted."; exit ${busy}; }
fi

# What a process has open stays.
set --
device=$(stat -c %d .)
for inode in $(find -L /proc/[0-9]*/fd -maxdepth 1 -type f -printf '%D:%i\\n' 2>/dev/null | sed -n "s/^$device://p" | sort -u); do
  set -- "$@" ! -inum "$inode"
done

# Logs by the form of their paths. What has another form stays, whatever its age.
${files.map((each, at) => `file${at + 1}=${quoted(rooted([each.pattern]))}  # ${classWords[each.class].logs}`).join('\n')}
${files.map((each, at) => (each.not.length === 0 ? '' : `not${at + 1}=${quoted(rooted(each.not))}\n`)).join('')}# Folders that may go: those whose last file was deleted; those that were empty; and those that stay.
emptied=${quoted(rooted(emptied))}
empty=${quoted(rooted(empty))}
kept=${quoted(rooted(kept))}

find . -ignore_readdir_race -xdev -depth -regextype posix-extended \\
  \\( -type f -mmin "+$minutes" \\( ${files.map(chosen).join(' -o ')} \\) "$@" \\
    \\( -delete -printf 'file %n %b\\n' -o -printf 'failed\\n' \\) \\) -o \\
  \\( -type d -mmin +${quiet} -empty ! -regex "$kept" \\
    \\( -regex "$empty" -mmin "+$minutes" -o \\
      -regex "$emptied" -exec sh -c 'test -n "$(find "$1" -prune -mmin -${quiet})"' sh {} \\; \\) \\
    -delete -printf 'folder\\n' \\) -o \\
  \\( -path . -printf 'end\\n' \\) | awk '
  $1 == "file" {files++; if ($2 == 1) blocks += $3}
  $1 == "folder" {folders++}
  $1 == "failed" {failed++}
  $1 == "end" {whole = 1}
  END {
    verdict = whole && !failed ? "Done" : "Failed"
    printf "%s: deleted %d files, %.0f bytes, and %d empty folders; %d files could not be deleted.\\n",
      verdict, files, blocks * 512, folders, failed
    exit verdict == "Failed"
  }'
`;
}

/** What the script said at its end, in whatever stands around it; undefined where it did not come so far. */
export const lastWord = (text: string): string | undefined =>
  [
    ...text.matchAll(
      /(?:Done|Failed): deleted \d+ files, \d+ bytes, and \d+ empty folders; \d+ files could not be deleted\.|Failed: [^"\n]* cannot be read\.|Another clean-up of [^"\n]* runs: nothing was deleted\./g,
    ),
  ].at(-1)?.[0];

const quoted = (text: string): string => quote([text]);

/** A path that ends with the slash is none: without patterns nothing fits. */
const rooted = (patterns: readonly string[]): string => String.raw`\./(${patterns.join('|')})`;

const chosen = ({not}: FindPatterns['files'][number], at: number): string =>
  not.length === 0 ? `-regex "$file${at + 1}"` : String.raw`\( -regex "$file${at + 1}" ! -regex "$not${at + 1}" \)`;
