# The agent: windsock sends this program to a host over stdin and talks with it in JSON lines. Python 3.6, standard
# library only. It installs nothing, and ends as soon as stdin ends.
#
# Request {"id", "op", …}; answers {"id", "answer": {…}} and at last {"id", "done": true} or
# {"id", "error": {"errno", "message"}}. {"op": "cancel", "id"} stops a request without a further answer.
# Names are bytes: in JSON they are UTF-8, and what is none of it is a lone surrogate (PEP 383).

import base64
import errno
import hashlib
import heapq
import json
import os
import pwd
import queue
import stat
import subprocess
import sys
import threading
import time

TO_LOOK = getattr(os, 'O_PATH', os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
TO_LIST = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
TO_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def to_bytes(text):
    return text.encode('utf-8', 'surrogateescape')


def to_text(name):
    # os gives names as text in the encoding of the locale: back to the bytes first.
    return os.fsencode(name).decode('utf-8', 'surrogateescape')


def open_below(parent, names, flags):
    """Opens names[-1] below the directory `parent` without following a symbolic link on the way."""
    here = os.dup(parent)
    try:
        for place, name in enumerate(names):
            below = os.open(name, flags if place == len(names) - 1 else TO_LOOK, dir_fd=here)
            os.close(here)
            here = below
        return here
    except BaseException:
        os.close(here)
        raise


def open_real(path, flags):
    """Opens a path that os.path.realpath gave: what was resolved is what is opened, or nothing."""
    root = os.open(b'/', TO_LOOK)
    try:
        names = [name for name in path.split(b'/') if name]
        return open_below(root, names or [b'.'], flags)
    finally:
        os.close(root)


def real_path(text):
    path = to_bytes(text)
    if not path.startswith(b'/'):
        raise OSError(errno.EINVAL, 'The path is not absolute')
    return os.path.realpath(path)


class Cancelled(Exception):
    pass


class Amount:
    """What a directory directly below the root holds, all levels together."""

    def __init__(self, name):
        self.name = name
        self.files = self.bytes = self.apparent = self.errors = 0
        self.oldest = self.newest = None
        self.pending = 1  # parts that are still walked
        self.changed = False

    def add_file(self, status):
        self.files += 1
        self.bytes += status.st_blocks * 512
        self.apparent += status.st_size
        when = status.st_mtime_ns // 1000000
        if self.oldest is None or when < self.oldest:
            self.oldest = when
        if self.newest is None or when > self.newest:
            self.newest = when

    def add(self, other):
        self.files += other.files
        self.bytes += other.bytes
        self.apparent += other.apparent
        self.errors += other.errors
        if other.oldest is not None:
            self.oldest = other.oldest if self.oldest is None else min(self.oldest, other.oldest)
            self.newest = other.newest if self.newest is None else max(self.newest, other.newest)
        self.changed = True

    def answer(self, kind):
        return {
            'kind': kind,
            'name': None if self.name is None else to_text(self.name),
            'files': self.files,
            'bytes': self.bytes,
            'apparentBytes': self.apparent,
            'errors': self.errors,
            'oldestMs': self.oldest,
            'newestMs': self.newest,
        }


class Scan:
    """Walks a tree with a few threads: a cold disk is twice as fast with them."""

    THREADS = 4
    TELL_EVERY = 0.2  # seconds
    MERGE_EVERY = 500  # directories' entries

    def __init__(self, root, cancelled):
        self.cancelled = cancelled
        self.root = open_real(real_path(root), TO_LIST)
        self.device = os.fstat(self.root).st_dev
        self.work = queue.LifoQueue()
        self.told = queue.Queue()
        self.lock = threading.Lock()
        self.links = set()
        self.total = Amount(None)
        self.open = set()
        self.threads = []

    def answers(self):
        began = time.monotonic()
        loose = Amount(None)
        directories = self.tally(self.root, loose)
        # The directories' own blocks count, so that the sum is that of `du -x`.
        self.total.bytes += os.fstat(self.root).st_blocks * 512
        self.total.add(loose)
        if loose.files or loose.errors:
            yield loose.answer('entry')
        self.open = {Amount(name) for name in directories}
        if self.open:
            # The stack gives the last one first.
            for amount in sorted(self.open, key=lambda amount: os.fsencode(amount.name), reverse=True):
                self.work.put((amount, [amount.name], False))
            self.threads = [threading.Thread(target=self.walk, daemon=True) for _ in range(self.THREADS)]
            for thread in self.threads:
                thread.start()
        last = began
        while self.open:
            try:
                amount = self.told.get(timeout=self.TELL_EVERY)
            except queue.Empty:
                amount = None
            if self.cancelled.is_set():
                raise Cancelled()
            if isinstance(amount, BaseException):
                raise amount
            if amount is not None:
                self.open.discard(amount)
                self.total.add(amount)
                yield amount.answer('entry')
            if time.monotonic() - last >= self.TELL_EVERY:
                last = time.monotonic()
                with self.lock:
                    partial = [amount.answer('partial') for amount in self.open if amount.changed]
                    for amount in self.open:
                        amount.changed = False
                for answer in partial:
                    yield answer
        yield dict(self.total.answer('done'), tookMs=int((time.monotonic() - began) * 1000))

    def close(self):
        self.cancelled.set()
        for _ in self.threads:
            self.work.put(None)
        for thread in self.threads:
            thread.join()
        os.close(self.root)

    def walk(self):
        while True:
            part = self.work.get()
            if part is None or self.cancelled.is_set():
                return
            amount, path, is_whole = part
            try:
                if is_whole:
                    self.walk_whole(amount, path)
                else:
                    self.walk_top(amount, path)
            except Exception as error:  # a bug: the request must fail, not hang
                self.told.put(error)
                return
            with self.lock:
                amount.pending -= 1
                is_done = amount.pending == 0
            if is_done:
                self.told.put(amount)

    def walk_top(self, amount, path):
        """Counts one directory and leaves each directory in it to whoever is free."""
        part = Amount(None)
        here = self.enter(self.root, path, part)
        if here is not None:
            try:
                directories = self.tally(here, part)
            finally:
                os.close(here)
            with self.lock:
                amount.pending += len(directories)
            for name in directories:
                self.work.put((amount, path + [name], True))
        self.merge(amount, part)

    def walk_whole(self, amount, path):
        """Counts a directory with all that is below it."""
        part = Amount(None)
        stack = []  # (open directory, names of the directories in it that are still to be walked)
        here = self.enter(self.root, path, part)
        try:
            while here is not None or stack:
                if self.cancelled.is_set():
                    return
                if here is not None:
                    stack.append((here, []))
                    here = None
                    stack[-1][1].extend(self.tally(stack[-1][0], part))
                    if part.files >= self.MERGE_EVERY:
                        self.merge(amount, part)
                        part = Amount(None)
                parent, names = stack[-1]
                if names:
                    here = self.enter(parent, [names.pop()], part)
                else:
                    os.close(stack.pop()[0])
        finally:
            for parent, _ in stack:
                os.close(parent)
        self.merge(amount, part)

    def enter(self, parent, names, part):
        """Opens a directory and counts its own blocks; None where it may not be read or is another file system."""
        try:
            here = open_below(parent, names, TO_LIST)
        except OSError as error:
            if error.errno != errno.ENOENT:  # removed since it was listed
                part.errors += 1
            return None
        status = os.fstat(here)
        if status.st_dev != self.device:
            os.close(here)
            return None
        part.bytes += status.st_blocks * 512
        return here

    def tally(self, here, part):
        """Counts the files in an open directory. Returns the names of the directories in it."""
        directories = []
        try:
            names = os.listdir(here)
        except OSError:
            part.errors += 1
            return directories
        for name in names:
            try:
                status = os.stat(name, dir_fd=here, follow_symlinks=False)
            except OSError as error:
                if error.errno != errno.ENOENT:
                    part.errors += 1
                continue
            if stat.S_ISDIR(status.st_mode):
                directories.append(name)
            elif not self.is_new(status):
                continue
            elif stat.S_ISREG(status.st_mode):
                part.add_file(status)
            else:
                part.bytes += status.st_blocks * 512  # a long symbolic link has a block
        return directories

    def is_new(self, status):
        if status.st_nlink == 1:
            return True
        link = (status.st_dev, status.st_ino)
        with self.lock:
            if link in self.links:
                return False
            self.links.add(link)
            return True

    def merge(self, amount, part):
        with self.lock:
            amount.add(part)


def scan(request, cancelled):
    walk = Scan(request['root'], cancelled)
    try:
        for answer in walk.answers():
            yield answer
    finally:
        walk.close()


def open_regular(path):
    file = os.fdopen(open_real(path, TO_READ), 'rb')
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise OSError(errno.EINVAL, 'It is no regular file')


def read(request, _cancelled):
    path = real_path(request['path'])
    with open_regular(path) as file:
        status = os.fstat(file.fileno())
        content = file.read(request['maxBytes'])
    try:
        owner = pwd.getpwuid(status.st_uid).pw_name
    except KeyError:
        owner = str(status.st_uid)
    yield {
        'base64': base64.b64encode(content).decode('ascii'),
        'size': status.st_size,
        'sha256': hashlib.sha256(content).hexdigest(),
        'mode': stat.S_IMODE(status.st_mode),
        'uid': status.st_uid,
        'gid': status.st_gid,
        'owner': owner,
        'mtimeNs': str(status.st_mtime_ns),  # too long for a number of JSON's
        'realPath': to_text(path),
    }


def volumes(request, _cancelled):
    for text in request['paths']:
        path = real_path(text)
        while True:
            try:
                device = os.stat(path).st_dev
                space = os.statvfs(path)
                break
            except OSError:
                if path == b'/':
                    raise
                path = os.path.dirname(path)
        mount = path
        while mount != b'/' and os.stat(os.path.dirname(mount)).st_dev == device:
            mount = os.path.dirname(mount)
        yield {
            'path': text,
            'measuredPath': to_text(path),
            'device': str(device),
            'mountPoint': to_text(mount),
            'totalBytes': space.f_blocks * space.f_frsize,
            'freeBytes': space.f_bfree * space.f_frsize,
            'availableBytes': space.f_bavail * space.f_frsize,
            'totalInodes': space.f_files,
            'freeInodes': space.f_ffree,
        }


def age_ms(status):
    return max(0, int(time.time() * 1000) - status.st_mtime_ns // 1000000)


def program_of(pid):
    """The title of a process; None where there is none. A zombie has no title."""
    try:
        with open('/proc/%d/cmdline' % pid, 'rb') as file:
            return file.read(4096).replace(b'\0', b' ').strip().decode('utf-8', 'replace') or None
    except OSError:
        return None


def pidfiles(request, _cancelled):
    """The pid files of Airflow in a folder, and some more by name. What is not there or may not be read is left out."""
    try:
        names = sorted(to_text(name) for name in os.listdir(real_path(request['folder'])))
    except OSError:
        names = []
    own = [request['folder'] + '/' + name for name in names if name.startswith('airflow-') and name.endswith('.pid')]
    for path in own + [path for path in request['files'] if path not in own]:
        try:
            with open_regular(real_path(path)) as file:
                words = file.read(64).split()
                status = os.fstat(file.fileno())
        except OSError:
            continue
        pid = int(words[0]) if words and words[0].isdigit() and len(words[0]) < 10 else None
        yield {
            'path': path,
            'pid': pid,
            'program': None if pid is None else program_of(pid),
            'ageMs': age_ms(status),
        }


def tail(request, _cancelled):
    """The end of a file."""
    with open_regular(real_path(request['path'])) as file:
        status = os.fstat(file.fileno())
        file.seek(max(0, status.st_size - request['maxBytes']))
        content = file.read(request['maxBytes'])
    yield {'text': content.decode('utf-8', 'replace'), 'size': status.st_size, 'ageMs': age_ms(status)}


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


# An operation takes the request and an event that says "stop", and yields its answers.
OPERATIONS = {'scan': scan, 'read': read, 'volumes': volumes, 'pidfiles': pidfiles, 'tail': tail, 'recent': recent}

out = sys.stdout.buffer
out_lock = threading.Lock()


def tell(message):
    line = json.dumps(message).encode('ascii') + b'\n'
    with out_lock:
        try:
            out.write(line)
            out.flush()
        except OSError:
            os._exit(0)


def serve(request, running):
    number = request['id']
    cancelled = running[number]
    try:
        for answer in OPERATIONS[request['op']](request, cancelled):
            if cancelled.is_set():
                raise Cancelled()
            tell({'id': number, 'answer': answer})
        tell({'id': number, 'done': True})
    except Cancelled:
        pass
    except OSError as error:
        name = errno.errorcode.get(error.errno, '')
        tell({'id': number, 'error': {'errno': name, 'message': error.strerror or str(error)}})
    except Exception as error:
        tell({'id': number, 'error': {'errno': '', 'message': type(error).__name__ + ': ' + str(error)}})
    finally:
        running.pop(number, None)


def main():
    try:
        os.nice(10)
    except OSError:
        pass
    running = {}
    tell({'hello': {'python': sys.version.split()[0], 'uid': os.geteuid()}})
    for line in sys.stdin.buffer:
        request = json.loads(line.decode('utf-8'))
        if request['op'] == 'cancel':
            cancelled = running.get(request['id'])
            if cancelled:
                cancelled.set()
            continue
        running[request['id']] = threading.Event()
        threading.Thread(target=serve, args=(request, running), daemon=True).start()
    os._exit(0)


main()
