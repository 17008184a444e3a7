import errno
import os
import queue
import stat
import threading
import time


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


@operation
def scan(request, cancelled):
    walk = Scan(request['root'], cancelled)
    try:
        for answer in walk.answers():
            yield answer
    finally:
        walk.close()
