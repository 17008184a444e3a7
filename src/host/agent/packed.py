import errno
import os
import subprocess
import threading
import zlib

# A line ends with its line feed, and where a whole block has none: so no line is longer than two blocks, and where lines
# begin is known without looking further than that.
LOG_BLOCK = 1 << 20
MOST_GZIP_POINTS = 256


class Plain:
    """A file as it is, in blocks."""

    is_packed = False

    def __init__(self, fd):
        self.fd = fd
        # Of a file that was rotated: how much of it comes before the one that took its place.
        self.limit = None
        self.kept = (None, b'')

    def size(self, _enough=None):
        size = os.fstat(self.fd).st_size
        return size if self.limit is None else min(size, self.limit)

    def block(self, number):
        if self.kept[0] == number:
            return self.kept[1]
        at = number * LOG_BLOCK
        wanted = LOG_BLOCK if self.limit is None else max(0, min(LOG_BLOCK, self.limit - at))
        parts = []
        while wanted > 0:
            part = os.pread(self.fd, wanted, at)
            if not part:
                break
            parts.append(part)
            at += len(part)
            wanted -= len(part)
        block = b''.join(parts)
        if len(block) == LOG_BLOCK:
            # Nothing more comes to it.
            self.kept = (number, block)
        return block


class Packed:
    """A compressed file, read where it is: the blocks that were unpacked last are kept, and points from where to go on."""

    is_packed = True
    most_kept = 8

    def __init__(self, fd):
        self.fd = fd
        self.kept = {}
        # Unpacked; None until its end was seen.
        self.total = None
        self.next = 0
        self.lock = threading.Lock()
        self.restart(0)

    def size(self, enough=None):
        """With `enough`, it looks no further than that."""
        with self.lock:
            number = 0 if enough is None else enough // LOG_BLOCK
            while self.total is None:
                seen = number * LOG_BLOCK + len(self.unpacked(number))
                if enough is not None and seen > enough:
                    return seen
                number += 1
            return self.total

    def block(self, number):
        with self.lock:
            return self.unpacked(number)

    def unpacked(self, number):
        if number in self.kept:
            return self.kept[number]
        if self.total is not None and number * LOG_BLOCK >= self.total:
            return b''
        if self.next > number:
            self.restart(number)
        while True:
            here = self.next
            block = self.unpack()
            self.next += 1
            self.kept.pop(here, None)
            self.kept[here] = block
            if len(self.kept) > self.most_kept:
                del self.kept[next(iter(self.kept))]
            is_last = len(block) < LOG_BLOCK
            if is_last:
                self.total = here * LOG_BLOCK + len(block)
            if here == number:
                return block
            if is_last:
                return b''


class Gzip(Packed):
    def __init__(self, fd):
        self.points = {}
        self.every = 8
        super().__init__(fd)

    def restart(self, number):
        at = max((at for at in self.points if at <= number), default=0)
        unpacker, self.rest, self.position = self.points.get(at, (zlib.decompressobj(31), b'', 0))
        self.unpacker = unpacker.copy()
        self.next = at

    def unpack(self):
        if self.next > 0 and self.next % self.every == 0 and self.next not in self.points:
            self.keep_point()
        parts = []
        room = LOG_BLOCK
        while room > 0:
            if self.unpacker.eof:
                # Files that were compressed one by one may follow each other.
                self.rest = self.unpacker.unused_data or self.rest
            is_over = not self.rest and not self.more()
            if self.unpacker.eof:
                if not self.rest.startswith(b'\x1f'):
                    break
                self.unpacker = zlib.decompressobj(31)
            try:
                part = self.unpacker.decompress(self.rest, room)
            except zlib.error as error:
                raise OSError(errno.EBADMSG, str(error))
            self.rest = self.unpacker.unconsumed_tail
            parts.append(part)
            room -= len(part)
            if is_over and not part:
                break
        return b''.join(parts)

    def more(self):
        self.rest = os.pread(self.fd, 65536, self.position)
        self.position += len(self.rest)
        return self.rest

    def keep_point(self):
        self.points[self.next] = (self.unpacker.copy(), self.rest, self.position)
        if len(self.points) > MOST_GZIP_POINTS:
            self.every *= 2
            self.points = {at: point for at, point in self.points.items() if at % self.every == 0}


class Zstd(Packed):
    """By the program zstd, or by Python 3.14; neither can go back but to the start."""

    # Going back is dear.
    most_kept = 32
    stream = None

    def restart(self, _number):
        if self.stream is not None:
            self.stream.close()
        self.stream = unzstd(self.fd)
        self.next = 0

    def unpack(self):
        return self.stream.read(LOG_BLOCK)


def unzstd(fd):
    try:
        return ZstdProgram(fd)
    except OSError:
        pass
    try:
        from compression import zstd
    except ImportError:
        raise OSError(errno.EPROTONOSUPPORT, 'Neither the program zstd nor Python 3.14 is there')
    return zstd.open(os.fdopen(os.open('/proc/self/fd/%d' % fd, os.O_RDONLY | os.O_CLOEXEC), 'rb'))


class ZstdProgram:
    def __init__(self, fd):
        pipe = subprocess.PIPE
        self.program = subprocess.Popen(['zstd', '-dcq'], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        threading.Thread(target=self.feed, args=(fd,), daemon=True).start()

    def feed(self, fd):
        position = 0
        try:
            while True:
                part = os.pread(fd, 65536, position)
                if not part:
                    break
                self.program.stdin.write(part)
                position += len(part)
            self.program.stdin.close()
        except (OSError, ValueError):
            # It was closed before its end.
            pass

    def read(self, count):
        data = self.program.stdout.read(count)
        if len(data) < count and self.program.wait() != 0:
            raise OSError(errno.EBADMSG, 'zstd ended with exit code %d' % self.program.returncode)
        return data

    def close(self):
        self.program.kill()
        self.program.wait()
        self.program.stdout.close()


def unpacked(fd):
    """What is compressed shows by its first bytes, whatever its name."""
    begin = os.pread(fd, 4, 0)
    if begin.startswith(b'\x1f\x8b'):
        return Gzip(fd)
    return Zstd(fd) if begin == b'\x28\xb5\x2f\xfd' else Plain(fd)
