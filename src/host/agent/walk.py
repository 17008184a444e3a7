import bisect
import errno
import gc
import heapq
import marshal
import os
import queue
import re
import stat
import sys
import threading
import time


MOST_NAMED = 100  # the largest and the newest files, folders that could not be read, empty folders
AGES_DAYS = (365, 180, 90, 30, 7, 1)  # what is older than the first, …, what is younger than the last
FILES, BYTES, APPARENT, FOLDERS, EMPTY, ERRORS, OLDEST, NEWEST, AGES = range(9)


def new_amounts():
    """A row: counts, milliseconds since 1970 or None, then files and bytes for each age."""
    return [0] * OLDEST + [None, None] + [0] * (2 * len(AGES_DAYS) + 2)


def add_amounts(row, other):
    for place in range(OLDEST):
        row[place] += other[place]
    for place in range(AGES, len(row)):
        row[place] += other[place]
    if other[OLDEST] is not None:
        row[OLDEST] = other[OLDEST] if row[OLDEST] is None else min(row[OLDEST], other[OLDEST])
        row[NEWEST] = other[NEWEST] if row[NEWEST] is None else max(row[NEWEST], other[NEWEST])


class Rules:
    """How a scan groups what it finds. A group is a path below the root (`by` is 'name') or (class, DAG or None)."""

    def __init__(self, request, now):
        self.by_name = request['by'] == 'name'
        self.only = request.get('only')
        self.depth = request.get('depth', 1)
        self.bounds = [int((now - days * 86400) * 1000) for days in AGES_DAYS]
        self.patterns = []
        for name, pattern in request.get('patterns', []):
            compiled = re.compile(pattern)
            self.patterns.append((name, compiled.fullmatch, 'dag' in compiled.groupindex))
        self.folders = [(name, re.compile(pattern)) for name, pattern in request.get('folderPatterns', [])]

    def of_file(self, path):
        """The group of a file, and the folder below the root that holds what is of this group."""
        for name, matches, has_dag in self.patterns:
            match = matches(path)
            if match is not None:
                dag = match.group('dag') if has_dag else None
                end = path.find('/', 0 if dag is None else match.end('dag'))
                return (name, dag), path if end < 0 else path[:end]
        return ('unknown', None), path.split('/', 1)[0]

    def of_folder(self, path):
        """The group of a folder that holds no file, by its name alone."""
        for name, pattern in self.folders:
            match = pattern.fullmatch(path.split('/', 1)[0])
            if match is not None:
                return name, match.groupdict().get('dag')
        return 'unknown', None

    def below(self, group, path):
        """The group of a folder in a folder of this group: the first names of its path, until the group is settled."""
        if self.by_name:
            return path if group is None else group
        return path if path.count('/') < self.depth else group


class Tally:
    """What was found since it was taken last."""

    def __init__(self, rules):
        self.rules = rules
        self.largest = []
        self.newest = []
        self.clear()

    def clear(self):
        self.groups = {}
        self.where = {}  # folder -> group of what is in it
        self.odd = {}  # as `where`, of files that are not understood: what else is in the folder says what it is
        self.folders = {}  # the folders' own blocks: they go to the group of the folder
        self.unreadable = []
        self.empty = []
        self.news = False

    def take(self):
        found = (self.groups, self.where, self.odd, self.folders, self.unreadable, self.empty)
        files = (self.largest, self.newest) if self.news else None
        self.clear()
        return found, files

    def folder(self, group):
        row = self.folders.get(group)
        if row is None:
            row = self.folders[group] = new_amounts()
        return row

    def add_file(self, group, path, status):
        """`path` of the file; `group` of its folder when the groups are names."""
        rules = self.rules
        if rules.by_name:
            if rules.only is not None and rules.of_file(path)[0][0] != rules.only:
                return
            key = path if group is None else group
        else:
            key, where = rules.of_file(path)
            (self.where if key[0] != 'unknown' else self.odd)[where] = key
        row = self.groups.get(key)
        if row is None:
            row = self.groups[key] = new_amounts()
        size = status.st_blocks * 512
        when = status.st_mtime_ns // 1000000
        row[FILES] += 1
        row[BYTES] += size
        row[APPARENT] += status.st_size
        oldest = row[OLDEST]
        if oldest is None:
            row[OLDEST] = row[NEWEST] = when
        elif when < oldest:
            row[OLDEST] = when
        elif when > row[NEWEST]:
            row[NEWEST] = when
        age = AGES + 2 * bisect.bisect_right(rules.bounds, when)
        row[age] += 1
        row[age + 1] += size
        if len(self.largest) < MOST_NAMED or size > self.largest[0][0]:
            self.name(self.largest, (size, path, status.st_size, when))
        if len(self.newest) < MOST_NAMED or when > self.newest[0][0]:
            self.name(self.newest, (when, path, status.st_size, size))

    def name(self, heap, file):
        self.news = True
        (heapq.heappush if len(heap) < MOST_NAMED else heapq.heappushpop)(heap, file)


class Listed:
    """As os.scandir gives it, for a Python (3.6) that cannot do that with an open directory."""

    def __init__(self, folder, name):
        self.name = name
        self.folder = folder

    def is_dir(self, follow_symlinks):
        try:
            return stat.S_ISDIR(self.stat(follow_symlinks=follow_symlinks).st_mode)
        except FileNotFoundError:
            return False

    def stat(self, follow_symlinks):
        return os.stat(self.name, dir_fd=self.folder, follow_symlinks=follow_symlinks)


def entries_of(folder):
    if os.scandir in os.supports_fd:
        return os.scandir(folder)
    return [Listed(folder, name) for name in os.listdir(folder)]


def error_name(error):
    return errno.errorcode.get(error.errno, '')


class Walker:
    """Walks the folders that its coordinator sends, and gives some back when another walker has nothing to do."""

    TELL_FIRST = 0.02  # seconds
    TELL_EVERY = 0.15

    def __init__(self, root, rules, hungry, out):
        self.root = root
        self.device = os.fstat(root).st_dev
        self.rules = rules
        self.hungry = hungry
        self.out = out
        self.tally = Tally(rules)
        self.links = []
        self.stack = []  # (open folder, its path, names of folders in it that are still to be walked, its group)
        self.waits = Waits()
        self.tell_at = time.monotonic() + self.TELL_FIRST

    def work(self, jobs):
        while True:
            for path, group in jobs.get():
                self.walk(path, group)
            self.tell()
            send(self.out, ('idle', None))

    def walk(self, path, group):
        names = path.split('/') if path else ['.']
        here = self.enter(self.root, names, path, group)
        stack = self.stack
        turn = 0
        while True:
            if here is not None:
                names = self.count(here, path, group)
                if names:
                    stack.append((here, path, names, group))
                else:
                    os.close(here)
            if self.hungry[0]:
                self.share()
            turn += 1
            if not turn & 7 and time.monotonic() >= self.tell_at:
                self.tell()
            while stack and not stack[-1][2]:
                os.close(stack.pop()[0])
            if not stack:
                return
            parent, above, names, group = stack[-1]
            name = names.pop()
            path = above + '/' + name if above else name
            group = self.rules.below(group, path)
            here = self.enter(parent, [name], path, group)

    def enter(self, parent, names, path, group):
        """Opens a folder and counts its own blocks; None where it may not be read or is another file system."""
        try:
            here = os.open(names[0], TO_LIST, dir_fd=parent) if len(names) == 1 else open_below(parent, names, TO_LIST)
        except OSError as error:
            if not self.count_alone(parent, names, path, group):
                self.failed(error, path, group)
            return None
        status = os.fstat(here)
        if status.st_dev != self.device:
            os.close(here)
            return None
        row = self.tally.folder(group)
        row[FOLDERS] += 1
        row[BYTES] += status.st_blocks * 512
        return here

    def count_alone(self, parent, names, path, group):
        """What cannot be opened as a folder: a file that was named like one is counted, and True. Of a folder its own blocks are."""
        try:
            above = open_below(parent, names[:-1] or ['.'], TO_LOOK)
            try:
                status = os.stat(names[-1], dir_fd=above, follow_symlinks=False)
            finally:
                os.close(above)
        except OSError:
            return False
        if stat.S_ISREG(status.st_mode):
            self.tally.add_file(path, path, status)
            return True
        if stat.S_ISDIR(status.st_mode) and status.st_dev == self.device:
            self.tally.folder(group)[BYTES] += status.st_blocks * 512
        return False

    def failed(self, error, path, group):
        if error.errno != errno.ENOENT:  # removed since it was listed
            self.tally.folder(group)[ERRORS] += 1
            if len(self.tally.unreadable) < MOST_NAMED:
                self.tally.unreadable.append((path, error_name(error)))

    def count(self, here, path, group):
        """Counts the files in an open folder. Returns the names of the folders in it."""
        folders = []
        start = path + '/' if path else ''
        add_file = self.tally.add_file
        is_empty = True
        try:
            for entry in entries_of(here):
                is_empty = False
                try:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.name)
                        continue
                    status = entry.stat(follow_symlinks=False)
                except OSError as error:
                    self.failed(error, start + entry.name, group)
                    continue
                if not stat.S_ISREG(status.st_mode):
                    self.tally.folder(group)[BYTES] += status.st_blocks * 512  # a long symbolic link has a block
                elif status.st_nlink == 1:
                    add_file(group, start + entry.name, status)
                else:
                    size, blocks, when = status.st_size, status.st_blocks, status.st_mtime_ns
                    self.links.append((group, start + entry.name, status.st_ino, status.st_nlink, size, blocks, when))
        except OSError as error:
            self.failed(error, path, group)
            is_empty = False
        if is_empty:
            self.tally.folder(group)[EMPTY] += 1
            if len(self.tally.empty) < MOST_NAMED:
                self.tally.empty.append(path)
        return folders

    def share(self):
        """Gives away half of the folders of the highest level that has any."""
        if sum(len(names) for _, _, names, _ in self.stack) < 2:
            return
        for _, above, names, group in self.stack:
            if names:
                self.hungry[0] = 0
                given = names[: (len(names) + 1) // 2]
                del names[: len(given)]
                paths = [above + '/' + name if above else name for name in given]
                send(self.out, ('give', [(path, self.rules.below(group, path)) for path in paths]))
                return

    def tell(self):
        self.tell_at = time.monotonic() + self.TELL_EVERY
        links, self.links = self.links, []
        send(self.out, ('found', (self.tally.take(), links, self.waits.take())))


class Waits:
    """How long this thread waited for the disk: it was neither running nor ready to run."""

    def __init__(self):
        self.last = self.now()

    def now(self):
        try:
            with open('/proc/thread-self/schedstat', 'rb') as file:
                ran, ready = file.read().split()[:2]
            return time.monotonic(), (int(ran) + int(ready)) / 1e9
        except (OSError, ValueError):
            return time.monotonic(), time.process_time()

    def take(self):
        """Seconds that went by, and seconds of them that were waited."""
        (before, active_before), self.last = self.last, self.now()
        went_by = self.last[0] - before
        return went_by, max(0.0, went_by - (self.last[1] - active_before))


def send(out, message):
    data = marshal.dumps(message)
    data = len(data).to_bytes(4, 'big') + data
    while data:
        data = data[os.write(out, data) :]


def receive(file):
    """A message, or None at the end."""
    head = file.read(4)
    return marshal.loads(file.read(int.from_bytes(head, 'big'))) if len(head) == 4 else None


def work_in_child(root, rules, hungry, pipes):
    """What a forked process does, until its coordinator is gone: it never returns. A thread for each of its walkers."""
    close_all_but({root}.union(*pipes))
    gc.disable()
    # Threads that wait for the disk shall not wait for each other as well.
    sys.setswitchinterval(0.001)
    for jobs_in, out in pipes[1:]:
        threading.Thread(target=walk_for_ever, args=(root, rules, hungry, jobs_in, out), daemon=True).start()
    walk_for_ever(root, rules, hungry, *pipes[0])


def walk_for_ever(root, rules, hungry, jobs_in, out):
    jobs = queue.Queue()

    def hear():
        with os.fdopen(jobs_in, 'rb') as file:
            for job in iter(lambda: receive(file), None):
                jobs.put(job)
        os._exit(0)

    threading.Thread(target=hear, daemon=True).start()
    be_idle()
    try:
        Walker(root, rules, hungry, out).work(jobs)
    except BrokenPipeError:
        os._exit(0)
    except Exception as error:  # a bug: the request must fail, not hang
        send(out, ('bug', type(error).__name__ + ': ' + str(error)))


def close_all_but(kept):
    """What a child has inherited would keep alive what waits for the end of it: the channel, other children's pipes."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    try:
        open_ones = [int(name) for name in os.listdir('/proc/self/fd')]
    except OSError:
        open_ones = range(3, 4096)
    for descriptor in open_ones:
        if descriptor > 2 and descriptor not in kept:
            try:
                os.close(descriptor)
            except OSError:
                pass


IOPRIO_SET = {'x86_64': 251, 'aarch64': 30, 'ppc64le': 273, 's390x': 282, 'riscv64': 30}


def be_idle():
    """Lets this thread read from the disk only when nobody else does, where the kernel's scheduler can do that."""
    call = IOPRIO_SET.get(os.uname().machine) if sys.maxsize > 2 ** 32 else None
    if call is not None:
        try:
            import ctypes

            ctypes.CDLL(None).syscall(call, 1, 0, 3 << 13)
        except (ImportError, OSError, AttributeError):
            pass
