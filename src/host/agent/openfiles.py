import os

O_APPEND = os.O_APPEND
WRITES = os.O_WRONLY | os.O_RDWR


class OpenFiles:
    """The files that processes have open, as far as this user may see: its own, or those of all where it is root."""

    def __init__(self):
        self.open = set()  # (device, inode)
        self.fixed = set()  # those that somebody writes elsewhere than at the end
        self.hidden = 0  # processes that do not show theirs
        own = str(os.getpid())
        for pid in os.listdir('/proc'):
            if pid.isdigit() and pid != own:
                self.look('/proc/' + pid)

    def look(self, process):
        try:
            numbers = os.listdir(process + '/fd')
        except PermissionError:
            self.hidden += 1
            return
        except OSError:
            return  # it has ended
        for number in numbers:
            link = process + '/fd/' + number
            try:
                if not os.readlink(link).startswith('/'):
                    continue  # a socket, a pipe
                status = os.stat(link)
            except OSError:
                continue
            file = (status.st_dev, status.st_ino)
            self.open.add(file)
            if self.writes_fixed(process + '/fdinfo/' + number):
                self.fixed.add(file)

    def writes_fixed(self, info):
        try:
            with open(info) as file:
                for line in file:
                    if line.startswith('flags:'):
                        flags = int(line.split()[1], 8)
                        return bool(flags & WRITES) and not flags & O_APPEND
        except (OSError, ValueError):
            pass
        return False
