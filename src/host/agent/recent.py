import heapq
import os
import stat
import subprocess
import time


def born(paths):
    """When files were made, in seconds, by inode: where coreutils (8.31) and the file system tell."""
    found = {}
    for at in range(0, len(paths), 500):
        try:
            asked = ['stat', '--printf', '%i %W\\n', '--'] + paths[at : at + 500]
            said = subprocess.run(asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=2).stdout
        except (OSError, subprocess.SubprocessError):
            break
        for line in said.splitlines():
            inode, _, seconds = line.partition(b' ')
            if seconds.isdigit() and int(seconds) > 0:
                found[int(inode)] = int(seconds)
    return found


def is_untold(name):
    """Caches, repositories and the traces of editors: not what Airflow reads."""
    return name == '__pycache__' or (name[0] == '.' and name != '.airflowignore') or name.endswith(('~', '.pyc', '.tmp'))


def has_lost(directory, path, entries):
    """Whether what last changed in a directory was that something went away: nothing in it is of that time."""
    at = directory.st_mtime
    if any(abs(status.st_ctime - at) < 2 for _, status in entries):
        return False
    made = born([os.path.join(path, os.fsencode(name)) for name, _ in entries[:5000]])
    # Without the times of making nobody knows.
    return all(status.st_ino in made and abs(made[status.st_ino] - at) >= 2 for _, status in entries)


@operation
def recent(request, cancelled):
    """What was written or moved below a folder since a time, the newest first, and folders that something was removed from."""
    path = real_path(request['root'])
    root = open_real(path, TO_LIST)
    since = request['sinceMs'] / 1000.0
    ends = time.monotonic() + request['budgetMs'] / 1000.0
    newest = []
    total = 0
    is_cut = False
    folders = [[]]
    try:
        while folders:
            if cancelled.is_set():
                raise Cancelled()
            if time.monotonic() > ends:
                is_cut = True
                break
            names = folders.pop()
            try:
                here = open_below(root, names, TO_LIST) if names else os.dup(root)
            except OSError:
                continue
            try:
                directory = os.fstat(here)
                entries = []
                for name in os.listdir(here):
                    try:
                        entries.append((name, os.stat(name, dir_fd=here, follow_symlinks=False)))
                    except OSError:
                        continue
            except OSError:
                continue
            finally:
                os.close(here)
            place = os.path.join(path, *[os.fsencode(name) for name in names])
            found = []
            if directory.st_mtime >= since and has_lost(directory, place, entries):
                found.append(('removed', names, directory))
            for name, status in entries:
                if is_untold(name):
                    continue
                if stat.S_ISDIR(status.st_mode):
                    folders.append(names + [name])
                elif max(status.st_mtime, status.st_ctime) >= since:
                    found.append(('link' if stat.S_ISLNK(status.st_mode) else 'file', names + [name], status))
            for kind, where, status in found:
                total += 1
                when = status.st_mtime if kind == 'removed' else status.st_ctime
                heapq.heappush(newest, (when, total, kind, where, status))
                if len(newest) > request['most']:
                    heapq.heappop(newest)
    finally:
        os.close(root)
    paths = {number: os.path.join(path, *[os.fsencode(name) for name in where]) for _, number, _, where, _ in newest}
    made = born(list(paths.values()))
    for _, number, kind, where, status in sorted(newest, reverse=True, key=lambda one: one[:2]):
        yield {
            'kind': kind,
            'path': to_text(os.path.relpath(paths[number], path)),
            'mtimeMs': status.st_mtime_ns // 1000000,
            'ctimeMs': status.st_ctime_ns // 1000000,
            'bornMs': made[status.st_ino] * 1000 if status.st_ino in made else None,
        }
    yield {'kind': 'end', 'total': total, 'isCut': is_cut}
