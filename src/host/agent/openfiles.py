import os

O_APPEND = os.O_APPEND
WRITES = os.O_WRONLY | os.O_RDWR


def open_files(hide):
    """
    What processes have open that has a path: (process, number of the descriptor, path), as far as this user may see: its
    own, or those of all where it is root. `hide` is called for each process that does not show them.
    """
    own = str(os.getpid())
    for process in os.listdir('/proc'):
        if not process.isdigit() or process == own:
            continue
        folder = '/proc/%s/fd' % process
        try:
            numbers = os.listdir(folder)
        except PermissionError:
            hide()
            continue
        except OSError:
            continue  # it has ended
        for number in numbers:
            try:
                path = os.readlink(os.fsencode(folder + '/' + number))
            except OSError:
                continue
            if path.startswith(b'/'):  # neither a socket nor a pipe
                yield process, number, path


def status_of(process, number):
    return os.stat('/proc/%s/fd/%s' % (process, number))


def opened_for(process, number):
    """The flags that a file was opened with; 0 where that is not known."""
    try:
        with open('/proc/%s/fdinfo/%s' % (process, number), 'rb') as file:
            return next((int(line.split()[1], 8) for line in file if line.startswith(b'flags:')), 0)
    except (OSError, ValueError):
        return 0


class OpenFiles:
    """The files that processes have open, as far as this user may see."""

    def __init__(self):
        self.open = set()  # (device, inode)
        self.fixed = set()  # those that somebody writes elsewhere than at the end
        self.hidden = 0  # processes that do not show theirs
        for process, number, _ in open_files(self.hide):
            try:
                status = status_of(process, number)
            except OSError:
                continue
            file = (status.st_dev, status.st_ino)
            self.open.add(file)
            flags = opened_for(process, number)
            if flags & WRITES and not flags & O_APPEND:
                self.fixed.add(file)

    def hide(self):
        self.hidden += 1
