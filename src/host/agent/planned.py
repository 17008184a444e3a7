import errno
import os
import stat
import time

# Outcomes, a letter each: d deleted, e emptied, R copied and emptied, k packed, g gone, c changed, n now something else, o open by a
# process, r changed a moment ago, p no right, f failed, w written at a fixed place, s no room for the copy, . not done; of a
# directory D removed, N not empty.
REASONS = {
    errno.ENOENT: 'g',
    errno.ENOTDIR: 'n',
    errno.ELOOP: 'n',
    errno.EACCES: 'p',
    errno.EPERM: 'p',
    errno.ENOTEMPTY: 'N',
    errno.EEXIST: 'N',
}


class Planned:
    """Goes through groups [names of a directory, its files, …] of a log folder, to those files that still are what was planned."""

    def __init__(self, deletion, request, cancelled):
        self.deletion = deletion
        self.cancelled = cancelled
        self.groups = request['groups']
        self.device = int(request['device'])
        self.quiet = request['quietMs'] / 1000.0
        # Where Linux gives a file a time, it is the time of its last tick.
        self.now = time.time()
        self.path = []  # (name, descriptor) from the root down
        self.errors = {}

    def is_stopped(self):
        return self.cancelled.is_set() or self.deletion.released.is_set()

    def reason(self, error):
        outcome = REASONS.get(error.errno, 'f')
        if outcome == 'f':
            name = errno.errorcode.get(error.errno, '')
            self.errors[name] = error.strerror or str(error)
        return outcome

    def climb(self, depth):
        while len(self.path) > depth:
            os.close(self.path.pop()[1])

    def reach(self, names):
        """The open directory of these names: each is opened in the one before, and no symbolic link is followed."""
        same = 0
        while same < len(self.path) and same < len(names) and self.path[same][0] == names[same]:
            same += 1
        self.climb(same)
        here = self.path[-1][1] if self.path else self.deletion.root
        for name in names[same:]:
            if not is_name(name):
                raise OSError(errno.EINVAL, 'No name of a file')
            here = os.open(name, TO_LOOK, dir_fd=here)
            self.path.append((name, here))
        return here

    def look(self, directory, name, file):
        """What the file is now, and why it is not to be touched."""
        if not is_name(name):
            raise OSError(errno.EINVAL, 'No name of a file')
        status = os.stat(name, dir_fd=directory, follow_symlinks=False)
        return status, self.refusal(status, file)

    def refusal(self, status, file):
        _, inode, size, mtime, ctime = file[:5]
        if not stat.S_ISREG(status.st_mode):
            return 'n'
        if status.st_dev != self.device or status.st_ino != int(inode):
            return 'c'
        if len(file) > 5:  # it grows, and is emptied
            return None
        if status.st_size != size or status.st_mtime_ns != int(mtime):
            return 'c'
        # The change of another name of the file changes this time, too: then there is none to compare.
        if ctime is not None and status.st_ctime_ns != int(ctime):
            return 'c'
        return 'r' if status.st_mtime > self.now - self.quiet else None


def is_name(name):
    return name not in (b'', b'.', b'..') and b'/' not in name and b'\0' not in name
