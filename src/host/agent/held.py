import os
import stat


MOST_HELD = 500


def short_title_of(pid):
    try:
        with open('/proc/%d/comm' % pid, 'rb') as file:
            return file.read().rstrip(b'\n').decode('utf-8', 'replace')
    except OSError:
        return ''


@operation
def held(request, cancelled):
    """Regular files below the root that processes have open, each once; of the processes that this user may look into."""
    root = real_path(request['root'])
    start = root.rstrip(b'/') + b'/'
    device = os.stat(root).st_dev
    told = set()
    for process, number, path in open_files(lambda: None):
        if cancelled.is_set():
            raise Cancelled()
        if not path.startswith(start):
            continue
        try:
            status = status_of(process, number)
        except OSError:
            continue
        key = (status.st_dev, status.st_ino)
        if status.st_dev != device or key in told or not stat.S_ISREG(status.st_mode) or len(told) >= MOST_HELD:
            continue
        told.add(key)
        is_deleted = status.st_nlink == 0
        yield {
            'path': to_text(path[: -len(b' (deleted)')] if is_deleted and path.endswith(b' (deleted)') else path),
            'pid': int(process),
            'program': short_title_of(int(process)),
            'bytes': status.st_blocks * 512,
            'apparentBytes': status.st_size,
            'isDeleted': is_deleted,
            'isWritten': bool(opened_for(process, number) & WRITES),
        }
