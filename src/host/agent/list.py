import errno
import os
import stat
import time


class Listing:
    """
    Walks a tree depth first and tells its files so that a directory comes after all that is in it: in this order they can
    be deleted. A row is ["d", name] on the way into a directory, ["f", …] for a file in it, and ["u", …] on the way out.
    Directories with nothing to tell are left out, and count as kept for the one that they are in.
    """

    ROWS = 400
    TELL_EVERY = 0.2  # seconds

    def __init__(self, request, cancelled):
        self.cancelled = cancelled
        self.now = time.time()
        age = request['olderThanMs']
        self.before = None if age is None else int((self.now - age / 1000.0) * 1e9)
        self.under = [[to_bytes(name) for name in names] for names in request['under']]
        self.root = open_real(real_path(request['root']), TO_LIST)
        self.device = os.fstat(self.root).st_dev
        self.opened = OpenFiles()
        self.user = os.geteuid()
        self.groups = set(os.getgroups()) | {os.getegid()}
        self.rows = []
        self.told = time.monotonic()
        self.unreadable = 0
        self.unreadable_paths = []

    def answers(self):
        status = os.fstat(self.root)
        yield {
            'kind': 'begin',
            'device': str(status.st_dev),
            'inode': str(status.st_ino),
            'nowMs': int(self.now * 1000),
            'hiddenProcesses': self.opened.hidden,
        }
        root = Frame(None, None, os.dup(self.root), self)
        stack = [root]
        try:
            for answer in root.read():
                yield answer
            while stack:
                if self.cancelled.is_set():
                    raise Cancelled()
                frame = stack[-1]
                if frame.waiting:
                    below = self.enter(frame, frame.waiting.pop())
                    if below is not None:
                        stack.append(below)
                        for answer in below.read():
                            yield answer
                else:
                    stack.pop().leave()
                if len(self.rows) >= self.ROWS or (self.rows and time.monotonic() - self.told > self.TELL_EVERY):
                    yield self.tell()
        finally:
            for frame in stack:
                os.close(frame.fd)
        if self.rows:
            yield self.tell()
        yield {'kind': 'end', 'unreadable': self.unreadable, 'unreadablePaths': self.unreadable_paths}

    def tell(self):
        rows, self.rows = self.rows, []
        self.told = time.monotonic()
        return {'kind': 'rows', 'rows': rows}

    def enter(self, frame, name):
        try:
            fd = open_below(frame.fd, [name], TO_LIST)
        except OSError as error:
            if error.errno != errno.ENOENT:  # removed since it was listed
                frame.kept += 1
                self.refuse(frame, name)
            return None
        if os.fstat(fd).st_dev != self.device:
            os.close(fd)
            frame.kept += 1
            return None
        return Frame(frame, name, fd, self)

    def refuse(self, frame, name):
        self.unreadable += 1
        if len(self.unreadable_paths) < 100:
            self.unreadable_paths.append('/'.join([to_text(part) for part in frame.names() + [name]]))

    def right(self, status, fd):
        """Whether names in the directory may be removed by this user: all, those of its own files (the sticky bit), none."""
        if self.user == 0:
            return 'all'
        shift = 6 if status.st_uid == self.user else 3 if status.st_gid in self.groups else 0
        if (status.st_mode >> shift) & 3 != 3 and not os.access('.', os.W_OK | os.X_OK, dir_fd=fd):  # an ACL may allow it
            return 'none'
        return 'own' if status.st_mode & stat.S_ISVTX and status.st_uid != self.user else 'all'

    def wanted(self, names, name):
        """Whether a path is in, or on the way to, what was asked for."""
        if not self.under:
            return True
        path = names + [name]
        return any(path[: len(one)] == one[: len(path)] for one in self.under)

    def inside(self, path):
        return not self.under or any(path[: len(one)] == one for one in self.under)


class Frame:
    """A directory that is being walked."""

    def __init__(self, parent, name, fd, listing):
        self.parent = parent
        self.name = name
        self.fd = fd
        self.listing = listing
        self.waiting = []
        self.kept = 0
        self.shown = parent is None  # the root has no row
        self.status = os.fstat(fd)
        self.right = listing.right(self.status, fd)

    def names(self):
        found = []
        frame = self
        while frame.parent is not None:
            found.append(frame.name)
            frame = frame.parent
        return found[::-1]

    def show(self):
        # By no recursion: folders may be deeper than Python's stack.
        found = []
        frame = self
        while not frame.shown:
            found.append(frame)
            frame = frame.parent
        for frame in reversed(found):
            frame.shown = True
            self.listing.rows.append(['d', to_text(frame.name)])

    def read(self):
        """Yields answers on the way: one folder may have more files than fit into one."""
        listing = self.listing
        here = self.names() if listing.under else []
        try:
            names = os.listdir(self.fd)
        except OSError:
            self.kept += 1
            listing.unreadable += 1
            return
        if not names and listing.inside(here):
            self.show()
        for name in map(os.fsencode, names):
            if len(listing.rows) >= listing.ROWS:
                if listing.cancelled.is_set():
                    raise Cancelled()
                yield listing.tell()
            if listing.under and not listing.wanted(here, name):
                self.kept += 1
                continue
            try:
                status = os.stat(name, dir_fd=self.fd, follow_symlinks=False)
            except OSError:
                self.kept += 1
                continue
            if stat.S_ISDIR(status.st_mode):
                self.waiting.append(name)
            elif not stat.S_ISREG(status.st_mode):
                self.kept += 1
            elif listing.before and status.st_mtime_ns >= listing.before:
                self.kept += 1
            else:
                self.show()
                is_open = (status.st_dev, status.st_ino) in listing.opened.open
                listing.rows.append(
                    [
                        'f',
                        to_text(name),
                        str(status.st_ino),
                        status.st_size,
                        status.st_blocks * 512,
                        str(status.st_mtime_ns),
                        str(status.st_ctime_ns),
                        status.st_nlink,
                        self.may_remove(status) + (2 if is_open else 0),
                    ]
                )
        # The stack takes the last one first.
        self.waiting.sort(reverse=True)

    def leave(self):
        os.close(self.fd)
        if self.parent is None:
            return
        if not self.shown:
            self.parent.kept += 1
            return
        status = self.status
        may_remove = self.parent.may_remove(status)
        self.listing.rows.append(
            ['u', str(status.st_ino), status.st_mtime_ns // 1000000, self.kept, status.st_blocks * 512, may_remove]
        )

    def may_remove(self, status):
        return 1 if self.right == 'all' or (self.right == 'own' and status.st_uid == self.listing.user) else 0


@operation
def list_files(request, cancelled):
    """Not called list: the parts are one program."""
    walk = Listing(request, cancelled)
    try:
        for answer in walk.answers():
            yield answer
    finally:
        os.close(walk.root)
