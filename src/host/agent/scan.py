import heapq
import marshal
import mmap
import os
import select
import signal
import time
import warnings


# Python 3.12 warns of a fork beside threads: the children use none of what the others may hold.
warnings.filterwarnings('ignore', category=DeprecationWarning, message='.*fork.*')

MOST_GROUPS = 20000
MOST_PLACES = 10


class Remote:
    """A walker in a forked process, as its coordinator sees it."""

    def __init__(self, pid, jobs, found):
        self.pid = pid
        self.jobs = jobs
        self.found = found
        self.data = bytearray()
        self.is_idle = True
        self.files = ([], [])

    def messages(self):
        """What came; raises where the process has ended, which none does by itself."""
        data = os.read(self.found, 1 << 16)
        if not data:
            raise OSError(0, 'A process of the scan was ended')
        self.data += data
        while len(self.data) >= 4:
            size = 4 + int.from_bytes(self.data[:4], 'big')
            if len(self.data) < size:
                return
            message = marshal.loads(bytes(self.data[4:size]))
            del self.data[:size]
            yield message


class Scan:
    """
    Walks a tree with a few processes and adds up what they find. A warm tree is bound by the processor, of which a process of
    Python uses one; a cold one by the disk, that is faster when many ask at once: threads of the processes join while they wait.
    """

    PROCESSES = min(4, os.cpu_count() or 1)  # each has 16 MB, most of it shared
    WALKERS = 8
    TELL_EVERY = 0.2  # seconds
    NAME_EVERY = 1.0
    WATCH = 0.25

    def __init__(self, request, cancelled):
        self.cancelled = cancelled
        self.processes, self.walkers = (1, 1) if request.get('small') else (self.PROCESSES, self.WALKERS)
        self.root = open_real(real_path(request['root']), TO_LIST)
        self.rules = Rules(request, time.time())
        self.hungry = mmap.mmap(-1, 1)
        self.remotes = {}  # those that walk, by what they are heard through
        self.reserve = []
        self.poll = select.poll()
        self.queue = [[(folder, None) for folder in request.get('folders', [''])]]
        self.links = {}  # inode -> how many more names it has
        self.linked = Tally(self.rules)
        self.total = new_amounts()
        self.groups = {}
        self.places = {}  # group -> the folders that hold it
        self.named_folders = set()  # those of the groups that are names of folders
        self.changed = set()
        self.where = {}
        self.spare = {}  # blocks of folders whose group is not known yet
        self.unreadable = []
        self.empty = []
        self.news = False
        self.waited = [0.0, 0.0]

    def answers(self):
        began = time.monotonic()
        for _ in range(self.processes):
            self.start(self.walkers // self.processes)
        self.reserve = [each for several in zip(*self.reserve) for each in several]
        tell_at = began
        name_at = began + self.NAME_EVERY
        watch_at = began + self.WATCH
        while self.queue or not all(remote.is_idle for remote in self.remotes.values()):
            self.hand_out()
            for found, _ in self.poll.poll(100):
                for kind, content in self.remotes[found].messages():
                    self.hear(self.remotes[found], kind, content)
            if self.cancelled.is_set():
                raise Cancelled()
            now = time.monotonic()
            if now >= tell_at and self.changed:
                tell_at = now + self.TELL_EVERY
                for answer in self.changes():
                    yield answer
                yield self.answer('total', self.total)
            if now >= name_at and self.news:
                name_at = now + self.NAME_EVERY
                yield self.named()
            if now >= watch_at:
                watch_at = now + self.WATCH
                self.watch()
        self.settle()
        for answer in self.changes():
            yield answer
        yield self.named()
        yield dict(self.answer('done', self.total), tookMs=int((time.monotonic() - began) * 1000))

    # ---------------------------------------------------------------- the processes

    def start(self, walkers):
        jobs = [os.pipe() for _ in range(walkers)]
        founds = [os.pipe() for _ in range(walkers)]
        pid = os.fork()
        if pid == 0:
            try:
                pipes = [(jobs_in, out) for (jobs_in, _), (_, out) in zip(jobs, founds)]
                work_in_child(self.root, self.rules, self.hungry, pipes)
            finally:
                os._exit(1)
        for (jobs_in, _), (_, out) in zip(jobs, founds):
            os.close(jobs_in)
            os.close(out)
        remotes = [Remote(pid, to, found) for (_, to), (found, _) in zip(jobs, founds)]
        self.join(remotes[0])
        self.reserve.append(remotes[1:])

    def join(self, remote):
        self.remotes[remote.found] = remote
        self.poll.register(remote.found, select.POLLIN)

    def hand_out(self):
        idle = [remote for remote in self.remotes.values() if remote.is_idle]
        while idle and self.queue:
            job = self.queue.pop()
            share = -(-len(job) // len(idle))
            for at in range(0, len(job), share):
                remote = idle.pop()
                remote.is_idle = False
                send(remote.jobs, job[at : at + share])
        self.hungry[0] = 1 if idle else 0

    def hear(self, remote, kind, content):
        if kind == 'found':
            (found, files), links, waits = content
            self.add(found)
            if files is not None:
                remote.files = files
                self.news = True
            for link in links:
                self.add_link(*link)
            if links:
                found, files = self.linked.take()
                self.add(found)
                self.news = self.news or files is not None
            for place in (0, 1):
                self.waited[place] += waits[place]
        elif kind == 'give':
            self.queue.append(content)
        elif kind == 'idle':
            remote.is_idle = True
        else:
            raise OSError(0, content)

    def watch(self):
        """Lets as many more walk as there are processes, where those that walk wait for the disk."""
        went_by, waited = self.waited
        self.waited = [0.0, 0.0]
        if waited > went_by / 2 and not any(remote.is_idle for remote in self.remotes.values()):
            for _ in range(min(self.processes, len(self.reserve))):
                self.join(self.reserve.pop(0))

    def close(self):
        remotes = list(self.remotes.values()) + self.reserve
        pids = {remote.pid for remote in remotes}
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        for pid in pids:
            os.waitpid(pid, 0)
        for remote in remotes:
            os.close(remote.jobs)
            os.close(remote.found)
        self.hungry.close()
        os.close(self.root)

    # ---------------------------------------------------------------- the sums

    def add(self, found):
        groups, where, odd, folders, unreadable, empty = found
        for group, row in groups.items():
            add_amounts(self.total, row)
            self.add_to(group, row)
        for folder, group in where.items():
            self.learn(folder, group)
            self.place(folder, group)
        for folder, group in odd.items():
            self.place(folder, group)
        if self.rules.by_name:
            self.named_folders.update(folders)
        for folder, row in folders.items() if self.rules.only is None else ():
            add_amounts(self.total, row)
            if folder is None:  # where the scan began
                continue
            group = folder if self.rules.by_name else self.known(folder)
            if group is not None:
                self.add_to(group, row)
            else:
                add_amounts(self.spare.setdefault(folder, new_amounts()), row)
        self.unreadable.extend(unreadable[: MOST_NAMED - len(self.unreadable)])
        self.empty.extend(empty[: MOST_NAMED - len(self.empty)])

    def known(self, folder):
        """The group of the nearest folder whose files told one."""
        while folder and folder not in self.where:
            folder = folder.rpartition('/')[0]
        return self.where.get(folder)

    def learn(self, folder, group):
        if len(self.where) < 5 * MOST_GROUPS:
            self.where[folder] = group
        if folder in self.spare:
            self.add_to(group, self.spare.pop(folder))

    def place(self, folder, group):
        places = self.places.setdefault(group, [])
        if len(places) < MOST_PLACES and folder not in places:
            places.append(folder)

    def add_to(self, group, row):
        if group not in self.groups and len(self.groups) >= MOST_GROUPS:
            group = '' if self.rules.by_name else (group[0], None)
        add_amounts(self.groups.setdefault(group, new_amounts()), row)
        self.changed.add(group)

    def add_link(self, group, path, inode, count, size, blocks, mtime_ns):
        """A file with several names counts once; when all of them were seen it is forgotten."""
        left = self.links.get(inode)
        if left is None:
            self.links[inode] = count - 1
            self.linked.add_file(group, path, Linked(size, blocks, mtime_ns))
        elif left > 1:
            self.links[inode] = left - 1
        else:
            del self.links[inode]

    def settle(self):
        """Blocks of folders that hold no file of their own: those above a group's folder, and empty ones."""
        for folder, row in self.spare.items():
            below = next((group for place, group in self.where.items() if place.startswith(folder + '/')), None)
            self.add_to(self.rules.of_folder(folder) if below is None else (below[0], None), row)
        self.spare = {}

    # ---------------------------------------------------------------- what is told

    def answer(self, kind, row):
        return {
            'kind': kind,
            'files': row[FILES],
            'bytes': row[BYTES],
            'apparentBytes': row[APPARENT],
            'folders': row[FOLDERS],
            'emptyFolders': row[EMPTY],
            'errors': row[ERRORS],
            'oldestMs': row[OLDEST],
            'newestMs': row[NEWEST],
            'ages': row[AGES:],
        }

    def changes(self):
        groups, self.changed = self.changed, set()
        for group in groups:
            answer = self.answer('group', self.groups[group])
            if self.rules.by_name:
                answer['path'] = to_text(group)
                answer['isFolder'] = group in self.named_folders
            else:
                name, dag = group
                answer['class'] = name
                answer['dagId'] = None if dag is None else to_text(dag)
                answer['places'] = [to_text(place) for place in self.places.get(group, [])]
            yield answer

    def named(self):
        self.news = False
        sets = [remote.files for remote in self.remotes.values()] + [(self.linked.largest, self.linked.newest)]
        largest = heapq.nlargest(MOST_NAMED, (file for files in sets for file in files[0]))
        newest = heapq.nlargest(MOST_NAMED, (file for files in sets for file in files[1]))
        return {
            'kind': 'named',
            'largest': [named_file(path, size, apparent, when) for size, path, apparent, when in largest],
            'newest': [named_file(path, size, apparent, when) for when, path, apparent, size in newest],
            'unreadable': [{'path': to_text(path), 'errno': name} for path, name in self.unreadable],
            'empty': [to_text(path) for path in self.empty],
        }


class Linked:
    def __init__(self, size, blocks, mtime_ns):
        self.st_size = size
        self.st_blocks = blocks
        self.st_mtime_ns = mtime_ns


def named_file(path, size, apparent, when):
    return {'path': to_text(path), 'bytes': size, 'apparentBytes': apparent, 'mtimeMs': when}


@operation
def scan(request, cancelled):
    walk = Scan(request, cancelled)
    try:
        for answer in walk.answers():
            yield answer
    finally:
        walk.close()
