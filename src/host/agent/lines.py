import os


class Part:
    """The lines of one file, by their offsets in it."""

    def __init__(self, fd, base=0):
        self.fd = fd
        self.base = base
        self.source = unpacked(fd)
        self.counted = [0]
        # How large it was when somebody looked for news, and how much of it somebody has read.
        self.seen = self.source.size(0)
        self.most = 0

    def line_end(self, at):
        """Behind the line that holds the byte `at`."""
        number = at // LOG_BLOCK
        while True:
            start = number * LOG_BLOCK
            block = self.source.block(number)
            cut = block.find(b'\n', max(0, at - start))
            if cut >= 0:
                return start + cut + 1
            if len(block) < LOG_BLOCK or b'\n' not in block:
                return start + len(block)
            number += 1

    def line_start(self, at):
        """Where the line begins that holds the byte `at`."""
        number = at // LOG_BLOCK
        start = number * LOG_BLOCK
        cut = self.source.block(number).rfind(b'\n', 0, at - start)
        if cut >= 0:
            return start + cut + 1
        if number == 0:
            return 0
        cut = self.source.block(number - 1).rfind(b'\n')
        return start if cut < 0 else start - LOG_BLOCK + cut + 1

    def bytes(self, start, end):
        parts = []
        while start < end:
            number = start // LOG_BLOCK
            block = self.source.block(number)
            part = block[start - number * LOG_BLOCK : end - number * LOG_BLOCK]
            if not part:
                break
            parts.append(part)
            start += len(part)
        return b''.join(parts)

    def region(self, at):
        """Whole lines from `at`, where one begins, on: (their bytes, their end). Empty at the end."""
        number = at // LOG_BLOCK
        start = number * LOG_BLOCK
        block = self.source.block(number)
        cut = block.rfind(b'\n', at - start)
        end = start + cut + 1 if cut >= 0 else self.line_end(at)
        return (self.bytes(at, end), end)

    def region_before(self, at):
        """Whole lines up to `at`, where one begins: (where they begin, their bytes)."""
        if at <= 0:
            return (0, b'')
        number = (at - 1) // LOG_BLOCK
        start = self.line_start(number * LOG_BLOCK)
        return (start, self.bytes(start, at))

    def number(self, at, cancelled):
        """How many lines begin before `at`."""
        number = at // LOG_BLOCK
        while len(self.counted) <= number:
            self.count_block(cancelled)
        return self.counted[number] + self.source.block(number)[: at - number * LOG_BLOCK].count(b'\n')

    def offset(self, wanted, cancelled):
        """Where the line begins that `wanted` lines are before; the end where there are not as many."""
        size = self.source.size()
        while self.counted[-1] <= wanted and len(self.counted) * LOG_BLOCK <= size:
            self.count_block(cancelled)
        number = max(at for at, before in enumerate(self.counted) if before <= wanted)
        at = self.line_start(number * LOG_BLOCK)
        for _ in range(wanted - self.counted[number]):
            at = self.line_end(at)
        return at

    def count_block(self, cancelled):
        """The next block, which is a whole one: what was counted is remembered for each."""
        if cancelled.is_set():
            raise Cancelled()
        block = self.source.block(len(self.counted) - 1)
        self.counted.append(self.counted[-1] + max(1, block.count(b'\n')))


class Log:
    """A file that is read while it is written and rotated: what it was before goes on in what it is now."""

    def __init__(self, path):
        self.path = path
        # What was before that is gone.
        self.first = 0
        self.parts = [Part(self.open(path))]

    @staticmethod
    def open(path):
        file = open_regular(path)
        try:
            return os.dup(file.fileno())
        finally:
            file.close()

    def close(self):
        for part in self.parts:
            os.close(part.fd)
        self.parts = []

    def part(self, at):
        """The part that the byte `at` is in."""
        return next(part for part in reversed(self.parts) if part.base <= at or part is self.parts[0])

    def is_packed(self):
        return self.parts[-1].source.is_packed

    def size(self, enough=None):
        last = self.parts[-1]
        size = last.source.size(None if enough is None else enough - last.base)
        last.most = max(last.most, size)
        return last.base + size

    def end_of(self, part):
        place = self.parts.index(part)
        return self.size() if place == len(self.parts) - 1 else self.parts[place + 1].base

    def known_size(self):
        """None where it takes unpacking to know it."""
        last = self.parts[-1].source
        return None if last.is_packed and last.total is None else self.size()

    def has(self, at):
        """Whether there is a byte `at`."""
        return at < self.parts[-1].base or self.size(at) > at

    def line_end(self, at):
        part = self.part(at)
        return part.base + part.line_end(at - part.base)

    def line_start(self, at):
        part = self.part(at)
        return part.base + part.line_start(at - part.base)

    def bytes(self, start, end):
        part = self.part(start)
        return part.bytes(start - part.base, end - part.base)

    def region(self, at):
        part = self.part(at)
        data, end = part.region(at - part.base)
        if not data and part is not self.parts[-1]:
            # What was there went away: a file that was emptied.
            return self.region(self.end_of(part))
        return (data, part.base + end)

    def region_before(self, at):
        if at <= 0:
            return (0, b'')
        part = self.part(at - 1)
        start, data = part.region_before(at - part.base)
        return (part.base + start, data)

    def look(self):
        """What became of the file since it was looked at last: True when it is another one now, or was emptied."""
        last = self.parts[-1]
        if last.source.is_packed:
            return False
        seen, size = last.seen, last.source.size()
        before = max(seen, last.most)
        if size < before:
            self.go_on_in(self.copied(before) or last, before)
            return True
        last.seen = size
        try:
            status = os.stat(self.path, follow_symlinks=False)
        except OSError:
            # It is about to be made anew.
            return False
        here = os.fstat(last.fd)
        # Who writes to it may still hold it: only when nothing more comes, the new one follows.
        if (status.st_dev, status.st_ino) == (here.st_dev, here.st_ino) or size > seen:
            return False
        self.go_on_in(None, size)
        return True

    def copied(self, size):
        """What was in a file before it was emptied, where it was copied beside it."""
        try:
            fd = self.open(self.path + b'.1')
        except OSError:
            return None
        if os.fstat(fd).st_size >= size:
            return Part(fd, self.parts[-1].base)
        os.close(fd)
        return None

    def go_on_in(self, before, size):
        """What is at the path now follows; before it stands what was there, of that size."""
        last = self.parts[-1]
        base = last.base + size
        if before is None:
            fresh = Part(self.open(self.path), base)
        elif before is last:
            # Nobody has what was in it.
            self.parts.pop()
            self.first = base
            last.base = base
            last.counted = [0]
            last.source = unpacked(last.fd)
            fresh = last
        else:
            fresh = Part(last.fd, base)
            self.parts[-1] = before
        if self.parts:
            self.parts[-1].source.limit = size
        fresh.seen = 0
        fresh.most = 0
        self.parts.append(fresh)
