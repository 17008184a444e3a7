import errno
import fcntl
import gc
import json
import mmap
import os
import signal
import socket
import stat
import threading
import time

TO_MAKE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
MOST_COPIES = 100
COLLAPSE_RANGE = 8  # of fallocate(2)


class Deletion:
    """A log folder that this agent alone may clean up, as long as it lives."""

    LOOK_EVERY = 1.0  # seconds between looks at what is open

    def __init__(self, root, released):
        self.root = root
        self.released = released
        self.halted = mmap.mmap(-1, 1)  # shared with the processes that delete
        self.running = threading.Condition()
        self.batches = 0  # that run
        self.opened = None
        self.looked = 0

    def halt(self):
        self.halted[0] = 1

    def run(self, batch):
        with self.running:
            if self.released.is_set():
                raise OSError(errno.ENOLCK, 'The folder is not locked by this agent')
            self.batches += 1
        try:
            return batch.run_apart()
        finally:
            with self.running:
                self.batches -= 1
                self.running.notify_all()

    def end(self):
        """The lock goes when nothing is deleted any more."""
        self.halt()
        with self.running:
            while self.batches:
                self.running.wait()

    def look(self, at_once):
        now = time.monotonic()
        if self.opened is None or at_once or now - self.looked > self.LOOK_EVERY:
            self.opened = OpenFiles()
            self.looked = now
        return self.opened

    def is_open(self, status):
        return (status.st_dev, status.st_ino) in self.look(False).open

    def writes_fixed(self, status):
        return (status.st_dev, status.st_ino) in self.look(True).fixed


class Batch(Planned):
    """
    Deletes what was planned, in a process of its own: then two batches share the work, which is that of the system. The third
    of a group is the inode of the directory where it is to be removed, or null.
    """

    def __init__(self, deletion, request, cancelled):
        super().__init__(deletion, request, cancelled)
        self.apart = request['apart']
        self.ends = time.monotonic() + request['budgetMs'] / 1000.0
        self.outcomes = []
        self.freed = 0
        self.parent = None

    def run_apart(self):
        began = time.monotonic()
        if not self.apart:
            self.run()
            return self.answer(began)
        ours, theirs = os.pipe()
        parent = os.getpid()
        try:
            pid = os.fork()
        except OSError:  # no process is left for this user
            os.close(ours)
            os.close(theirs)
            self.run()
            return self.answer(began)
        if pid == 0:
            said = {'fault': ''}
            try:
                gc.disable()
                self.parent = parent
                self.run()
                said = self.answer(began)
            except Exception as error:  # a bug: the request must fail
                said = {'fault': type(error).__name__ + ': ' + str(error)}
            finally:
                write_all(theirs, json.dumps(said).encode('ascii'))
                os._exit(0)
        os.close(theirs)
        with os.fdopen(ours, 'rb') as pipe:
            text = pipe.read()
        os.waitpid(pid, 0)
        said = json.loads(text.decode('ascii')) if text else {'fault': 'a process ended too early'}
        if 'fault' in said:
            raise RuntimeError(said['fault'])
        return said

    def answer(self, began):
        size = sum([len(files) + (inode is not None) for _, files, inode in self.groups])
        return {
            'outcomes': ''.join(self.outcomes) + '.' * (size - len(self.outcomes)),
            'freedBytes': self.freed,
            'errors': self.errors,
            'tookMs': int((time.monotonic() - began) * 1000),
        }

    def run(self):
        try:
            for names, files, inode in self.groups:
                directory = None
                names = [to_bytes(name) for name in names]
                for file in files:
                    if self.is_over():
                        return
                    try:
                        if directory is None:
                            directory = self.reach(names)
                        outcome = self.one(directory, file)
                    except OSError as error:
                        outcome = self.reason(error)
                    self.outcomes.append(outcome)
                if inode is not None:
                    if self.is_over():
                        return
                    try:
                        outcome = self.remove(names, int(inode))
                    except OSError as error:
                        outcome = self.reason(error)
                    self.outcomes.append(outcome)
        finally:
            self.climb(0)

    def is_halted(self):
        # A process of its own ends with the agent.
        if self.deletion.halted[0] or (self.parent is not None and os.getppid() != self.parent):
            return True
        return self.is_stopped()

    def is_over(self):
        return self.is_halted() or (bool(self.outcomes) and time.monotonic() > self.ends)

    def one(self, directory, file):
        name = to_bytes(file[0])
        status, outcome = self.look(directory, name, file)
        if outcome is not None:
            return outcome
        if len(file) > 5 and file[5] in ('empty', 'rotate'):
            return self.empty(directory, name, status, file[5] == 'rotate')
        file = self.alone(directory, name, status)
        try:
            if file is False or (file is None and self.deletion.is_open(status)):
                return 'o'
            os.unlink(name, dir_fd=directory)
        finally:
            if file:
                os.close(file)
        if status.st_nlink == 1:
            self.freed += status.st_blocks * 512
        return 'd'

    def alone(self, directory, name, planned):
        """
        The file, open, with a lease: whoever opens it now waits until it is closed. False where a process has it open, of
        whatever user; None where this file can have no lease (another owner, some network file systems).
        """
        if planned.st_nlink > 1:  # to Linux before 5.0 another name looks like another process
            return None
        try:
            file = os.open(name, TO_READ, dir_fd=directory)
        except OSError:
            return None
        try:
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
            status = os.fstat(file)
            same = (status.st_ino, status.st_size, status.st_mtime_ns) == (
                planned.st_ino,
                planned.st_size,
                planned.st_mtime_ns,
            )
            # It changes when somebody waits.
            if same and fcntl.fcntl(file, fcntl.F_GETLEASE) == fcntl.F_WRLCK:
                return file
            os.close(file)
            return False
        except OSError as error:
            os.close(file)
            return False if error.errno == errno.EAGAIN else None

    def empty(self, directory, name, planned, rotates):
        """Takes away what a file holds, and leaves it to who writes it; a copy of it stays beside it where that is wanted."""
        file = os.open(name, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC, dir_fd=directory)
        try:
            status = os.fstat(file)
            if (status.st_dev, status.st_ino) != (planned.st_dev, planned.st_ino):
                return 'c'
            if self.deletion.writes_fixed(status):
                return 'w'
            if not rotates:
                os.ftruncate(file, 0)
                self.freed += max(0, status.st_blocks - os.fstat(file).st_blocks) * 512
                return 'e'
            try:
                return 'R' if self.move(directory, name, file, status) else '.'
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.EDQUOT):
                    return 's'
                raise
        finally:
            os.close(file)

    def move(self, directory, name, source, status):
        """
        The content of a file goes to NAME.1, safe on the disk; older copies move on. False where the deletion ended
        meanwhile. Where the file system can cut a file, what is written meanwhile stays in it, and so does the last block.
        """
        space = os.fstatvfs(source)
        if space.f_bavail * space.f_frsize < status.st_size or (space.f_files and not space.f_favail):
            raise OSError(errno.ENOSPC, 'No room for the copy')
        shift(directory, name)
        target = os.open(name + b'.1', TO_MAKE, status.st_mode & 0o777, dir_fd=directory)
        is_whole = False
        try:
            # To the end as it is when that is reached: the writer goes on.
            while True:
                data = os.read(source, 1 << 20)
                if not data:
                    break
                write_all(target, data)
                if self.is_halted():
                    return False
            os.fsync(target)
            length = (os.lseek(source, 0, os.SEEK_CUR) - 1) // space.f_bsize * space.f_bsize
            if length > 0 and cut(source, length):
                os.ftruncate(target, length)
            else:
                rest = os.read(source, 1 << 20)
                while rest:
                    write_all(target, rest)
                    rest = os.read(source, 1 << 20)
                os.ftruncate(source, 0)
            is_whole = True
            os.utime(target, ns=(status.st_mtime_ns, status.st_mtime_ns))
            return True
        finally:
            os.close(target)
            if not is_whole:
                os.unlink(name + b'.1', dir_fd=directory)

    def remove(self, names, inode):
        above = self.reach(names[:-1])
        if not is_name(names[-1]):
            raise OSError(errno.EINVAL, 'No name of a file')
        status = os.stat(names[-1], dir_fd=above, follow_symlinks=False)
        if not stat.S_ISDIR(status.st_mode):
            return 'n'
        if status.st_dev != self.device or status.st_ino != inode:
            return 'c'
        os.rmdir(names[-1], dir_fd=above)
        self.freed += status.st_blocks * 512
        return 'D'


def cut(file, length):
    """Takes the first blocks out of a file at once, as ext4 and XFS can. False where that cannot be done."""
    try:
        import ctypes

        libc = ctypes.CDLL(None)
        fallocate = getattr(libc, 'fallocate64', None) or libc.fallocate
        fallocate.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)
        return fallocate(file, COLLAPSE_RANGE, 0, length) == 0
    except (ImportError, OSError, AttributeError):
        return False


def shift(directory, name):
    """NAME.1 becomes NAME.2, and so on: nothing is written over."""
    last = 1
    while last < MOST_COPIES and exists(directory, name + b'.%d' % last):
        last += 1
    if last == MOST_COPIES:
        raise OSError(errno.EMFILE, 'Too many copies of it are there')
    for number in range(last, 1, -1):
        os.rename(name + b'.%d' % (number - 1), name + b'.%d' % number, src_dir_fd=directory, dst_dir_fd=directory)


def exists(directory, name):
    try:
        os.stat(name, dir_fd=directory, follow_symlinks=False)
        return True
    except FileNotFoundError:
        return False


def write_all(file, data):
    while data:
        data = data[os.write(file, data) :]


DELETIONS = {}
# How Linux tells that somebody waits for a lease; it would end the program.
signal.signal(signal.SIGIO, signal.SIG_IGN)


def lock_folder(root):
    """
    Keeps others from cleaning up the same folder. Needs no inode and no byte, and is gone with this process. Returns what
    holds it: nothing for the lock on the folder itself, a socket where the file system (NFS) has no such locks.
    """
    try:
        fcntl.flock(root, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return None
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EAGAIN):
            raise BlockingIOError(error.errno, 'locked')
    status = os.fstat(root)
    holder = socket.socket(socket.AF_UNIX)
    try:
        holder.bind('\0windsock-clean-%d-%d' % (status.st_dev, status.st_ino))
    except OSError as error:
        holder.close()
        if error.errno == errno.EADDRINUSE:
            raise BlockingIOError(error.errno, 'locked')
        raise
    return holder


def locker(root):
    """The process that holds the lock on a folder, and for how long it has run; None for what is not known."""
    status = os.fstat(root)
    wanted = '%02x:%02x:%d' % (os.major(status.st_dev), os.minor(status.st_dev), status.st_ino)
    try:
        with open('/proc/locks') as file:
            lines = [line.split() for line in file]
        pid = next(int(words[4]) for words in lines if len(words) > 5 and words[1] == 'FLOCK' and words[5] == wanted)
        with open('/proc/%d/stat' % pid) as file:
            ticks = int(file.read().rsplit(')', 1)[1].split()[19])
        with open('/proc/uptime') as file:
            age = float(file.read().split()[0]) - ticks / float(os.sysconf('SC_CLK_TCK'))
        return pid, max(0, int(age * 1000))
    except StopIteration:
        return None, None
    except (OSError, ValueError, IndexError):
        return None, None


@operation
def lock(request, cancelled):
    """Takes the log folder for this agent until the request is cancelled, or tells who has it."""
    root = open_real(real_path(request['root']), TO_LIST)
    holder = deletion = None
    try:
        try:
            holder = lock_folder(root)
        except BlockingIOError:
            pid, age = locker(root)
            yield {'kind': 'held', 'pid': pid, 'ageMs': age}
            return
        status = os.fstat(root)
        deletion = DELETIONS[request['root']] = Deletion(root, cancelled)
        yield {'kind': 'locked', 'device': str(status.st_dev), 'inode': str(status.st_ino)}
        cancelled.wait()
    finally:
        if deletion is not None:
            del DELETIONS[request['root']]
            deletion.end()
        if holder is not None:
            holder.close()
        os.close(root)


@operation
def delete(request, cancelled):
    """
    Deletes what still is as it was planned, for at most the time that it is given: then whoever sent it must send the rest.
    So nothing goes on when the connection has gone without a word.
    """
    deletion = DELETIONS.get(request['root'])
    if deletion is None:
        raise OSError(errno.ENOLCK, 'The folder is not locked by this agent')
    yield deletion.run(Batch(deletion, request, cancelled))


@operation
def halt(request, _cancelled):
    """Ends the batches that run, at their next file; they tell how far they came."""
    deletion = DELETIONS.get(request['root'])
    if deletion is not None:
        deletion.halt()
    yield {}
