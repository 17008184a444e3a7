import errno
import time

LOGS = {}
LOG_NUMBERS = iter(range(1, 1 << 62))
# So long an answer may look for lines that pass a filter.
FILTER_S = 1.0
LOOK_S = 0.5


def log_of(request):
    try:
        return LOGS[request['log']]
    except KeyError:
        raise OSError(errno.EBADF, 'The log is closed')


@operation
def log_open(request, _cancelled):
    path = real_path(request['path'])
    log = Log(path)
    number = next(LOG_NUMBERS)
    LOGS[number] = log
    yield {'log': number, 'realPath': to_text(path), 'isPacked': log.is_packed()}


@operation
def log_close(request, _cancelled):
    log = LOGS.pop(request['log'], None)
    if log is not None:
        log.close()
    yield {}


class LineAnswer:
    """The lines of one answer, up to a number and an amount."""

    def __init__(self, request):
        self.lines = []
        self.count = request['count']
        self.room = request['maxBytes']
        self.line_bytes = request['lineBytes']

    def add(self, at, data):
        text = data[:-1] if data.endswith(b'\n') else data
        shown = text[: self.line_bytes]
        self.lines.append([at, len(data), shown.decode('utf-8', 'replace'), len(text)])
        self.room -= len(shown) + 64

    def is_full(self):
        return len(self.lines) >= self.count or self.room <= 0


def lines_from(log, at, answer):
    """Lines from `at` on. Returns how far it came."""
    while not answer.is_full():
        data, end = log.region(at)
        if not data:
            break
        base = end - len(data)
        start = 0
        while start < len(data) and not answer.is_full():
            cut = data.find(b'\n', start) + 1 or len(data)
            answer.add(base + start, data[start:cut])
            start = cut
        at = base + start
    return at


def lines_before(log, at, answer):
    """Lines up to `at`, the last first. Returns how far it came."""
    while not answer.is_full() and at > log.first:
        start, data = log.region_before(at)
        end = len(data)
        while end > 0 and not answer.is_full():
            cut = data.rfind(b'\n', 0, end - 1) + 1
            answer.add(start + cut, data[cut:end])
            end = cut
        at = start + end
    return at


class KeptEntries:
    """Entries whose first line matches `keep`, each with the lines up to the next that matches `begin`."""

    def __init__(self, request, cancelled):
        self.keep = log_pattern(request['keep'])
        self.begin = log_pattern(request['begin'])
        self.cancelled = cancelled
        self.until = time.monotonic() + FILTER_S

    def goes_on(self, answer):
        if self.cancelled.is_set():
            raise Cancelled()
        return not answer.is_full() and time.monotonic() < self.until

    def is_inside(self, log, at):
        """Whether what stands before `at` is of an entry that is kept."""
        _, data = log.region_before(at)
        begins = self.begins(data)
        return bool(begins) and self.keep.match(data, begins[-1]) is not None

    def forward(self, log, at, answer):
        inside = self.is_inside(log, at)
        while self.goes_on(answer):
            data, end = log.region(at)
            if not data:
                break
            base = end - len(data)
            start = 0
            while start < len(data) and not answer.is_full():
                if not inside:
                    found = self.keep.search(data, start)
                    if found is None:
                        start = len(data)
                        break
                    start = found.start()
                    inside = True
                cut = data.find(b'\n', start) + 1 or len(data)
                if self.begin.match(data, start) is not None:
                    inside = self.keep.match(data, start) is not None
                if inside:
                    answer.add(base + start, data[start:cut])
                    start = cut
            at = base + start
        return at

    def backward(self, log, at, answer):
        while at > log.first and self.goes_on(answer):
            start, data = log.region_before(at)
            begins = self.begins(data)
            if begins[:1] != [0] and start > log.first:
                # It begins in the middle of an entry.
                start, more = log.region_before(start)
                data = more + data
                begins = self.begins(data)
            for begin, end in zip(reversed(begins), reversed(begins[1:] + [len(data)])):
                if self.keep.match(data, begin) is None:
                    continue
                if answer.is_full():
                    return start + end
                while end > begin:
                    cut = data.rfind(b'\n', 0, end - 1) + 1
                    answer.add(start + cut, data[cut:end])
                    end = cut
            at = start + (begins[0] if begins and start > log.first else 0)
        return at

    def begins(self, data):
        return [found.start() for found in self.begin.finditer(data)]


@operation
def log_lines(request, cancelled):
    """Lines from an offset on, or those before it; without an offset from the start, or up to the end."""
    log = log_of(request)
    answer = LineAnswer(request)
    at = request['at']
    walk = KeptEntries(request, cancelled) if request['keep'] is not None else None
    if request['back']:
        end = log.size() if at is None else min(at, log.size(at))
        start = walk.backward(log, end, answer) if walk else lines_before(log, end, answer)
        answer.lines.reverse()
    else:
        start = log.first if at is None else max(at, log.first)
        if start > log.first and log.has(start):
            start = log.line_start(start)
        end = walk.forward(log, start, answer) if walk else lines_from(log, start, answer)
    yield {
        'lines': answer.lines,
        'start': start,
        'end': end,
        'isStart': start <= log.first,
        'isEnd': not log.has(end),
        'size': log.known_size(),
    }


@operation
def log_number(request, cancelled):
    """How many lines begin before an offset, in the file that it is in."""
    part = log_of(request).part(request['at'])
    yield {'number': part.number(request['at'] - part.base, cancelled)}


@operation
def log_offset(request, cancelled):
    """Where a line begins of which the number is known (the first is 0), in the file that is at the path now."""
    part = log_of(request).parts[-1]
    yield {'at': part.base + part.offset(request['number'], cancelled)}


@operation
def log_watch(request, cancelled):
    """Says how far the log goes, each time that it grew or was rotated."""
    log = log_of(request)
    told = request['size']
    while True:
        is_new = log.look()
        size = log.size()
        if is_new or size != told:
            told = size
            yield {'size': size, 'first': log.first, 'isRotated': is_new}
        if cancelled.wait(LOOK_S):
            raise Cancelled()
