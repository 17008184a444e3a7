import calendar
import errno
import json
import os
import re
import select
import signal
import time

# A regular expression may take for ever, and nothing else can be done meanwhile: it is tried in a process of its own.
TRIES_S = 5
SHOW_S = 0.25
MOST_REGIONS = 256


def log_pattern(text, flags=0):
    try:
        return re.compile(text.encode('utf-8'), re.MULTILINE | flags)
    except (re.error, OverflowError, RecursionError) as error:
        raise OSError(errno.EILSEQ, str(error))


def in_child(work, cancelled):
    """The answers of a generator that runs in a process of its own, which ends with this one."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        be_child(work, writing)
    os.close(writing)
    try:
        rest = b''
        while True:
            if cancelled.is_set():
                raise Cancelled()
            if not select.select([reading], [], [], 0.1)[0]:
                continue
            data = os.read(reading, 65536)
            if not data:
                break
            lines = (rest + data).split(b'\n')
            rest = lines.pop()
            for line in lines:
                answer = json.loads(line.decode('ascii'))
                if 'errno' in answer:
                    raise OSError(answer['errno'], answer['message'])
                yield answer
        status = os.waitpid(child, 0)[1]
        child = None
        if os.WIFSIGNALED(status):
            raise OSError(errno.ETIMEDOUT, 'It takes more than %d s at one place' % TRIES_S)
        if status != 0:
            raise OSError(errno.EIO, 'The process that searches failed')
    finally:
        os.close(reading)
        if child is not None:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def be_child(work, writing):
    code = 1
    try:
        parent = os.getppid()
        nothing = os.open(os.devnull, os.O_RDWR)
        # The channel of the agent closes when nobody holds it any more.
        for fd in (0, 1, 2):
            os.dup2(nothing, fd)
        try:
            for answer in work():
                if answer is not None:
                    os.write(writing, json.dumps(answer).encode('ascii') + b'\n')
                if os.getppid() != parent:
                    break
        except OSError as error:
            told = {'errno': error.errno or 0, 'message': error.strerror or str(error)}
            os.write(writing, json.dumps(told).encode('ascii') + b'\n')
        code = 0
    finally:
        os._exit(code)


def place_of_pattern(text, ignores_case):
    """Finds where the first match is in bytes, or the last; -1 where there is none."""
    pattern = log_pattern(text, re.IGNORECASE if ignores_case else 0)

    def place(data, is_last):
        found = -1
        signal.alarm(TRIES_S)
        for match in pattern.finditer(data):
            found = match.start()
            if not is_last:
                break
        signal.alarm(0)
        return found

    return place


def place_of_text(text, ignores_case):
    # Ten times as fast as the same by a regular expression.
    wanted = text.encode('utf-8').lower() if ignores_case else text.encode('utf-8')

    def place(data, is_last):
        here = data.lower() if ignores_case else data
        return here.rfind(wanted) if is_last else here.find(wanted)

    return place


@operation
def log_search(request, cancelled):
    """The next line that matches, from an offset on or before it; says now and then how far it came."""
    log = log_of(request)
    place_in = (place_of_pattern if request['isRegex'] else place_of_text)(request['pattern'], request['ignoreCase'])
    back = request['back']

    def work():
        at = request['at']
        if at is None:
            at = log.size() if back else log.first
        shown = time.monotonic()
        while True:
            if back:
                start, data = log.region_before(at) if at > log.first else (at, b'')
            else:
                data, end = log.region(at)
                start = end - len(data)
            if not data:
                yield {'found': None, 'at': at}
                return
            found = place_in(data, back)
            if found >= 0:
                yield {'found': start + data.rfind(b'\n', 0, found) + 1, 'at': at}
                return
            at = start if back else start + len(data)
            is_time = time.monotonic() > shown + SHOW_S
            yield {'at': at} if is_time else None
            shown = time.monotonic() if is_time else shown

    return in_child(work, cancelled)


class Clock:
    """Points of time as logs write them, in milliseconds since 1970; without an offset from UTC that of this machine."""

    def __init__(self):
        self.minutes = {}

    def ms(self, match):
        year, month, day, hour, minute, second, fraction, offset = match.group(1, 2, 3, 4, 5, 6, 7, 8)
        key = (year, month, day, hour, minute, offset)
        base = self.minutes.get(key)
        if base is None:
            parts = (int(year), int(month), int(day), int(hour), int(minute), 0)
            try:
                if offset is None:
                    base = time.mktime(parts + (0, 0, -1))
                else:
                    digits = offset.strip().replace(b':', b'')
                    away = 0 if digits == b'Z' else int(digits[1:3]) * 3600 + int(digits[3:5]) * 60
                    base = calendar.timegm(parts) - (-away if digits.startswith(b'-') else away)
            except (ValueError, OverflowError):
                return None
            if len(self.minutes) > 10000:
                self.minutes.clear()
            self.minutes[key] = base
        return int(base * 1000) + int(second) * 1000 + (int((fraction + b'00')[:3]) if fraction else 0)


def time_from(log, at, end, pattern, clock):
    """The time of the first entry from `at` on: (where it begins, its time)."""
    while at < end:
        data, next_at = log.region(at)
        if not data:
            break
        for found in pattern.finditer(data):
            ms = clock.ms(found)
            if ms is not None:
                return (next_at - len(data) + found.start(), ms)
        at = next_at
    return None


@operation
def log_time(request, cancelled):
    """Where the first entry begins that is not older than a time; the end where there is none. Trusts that time goes on."""
    log = log_of(request)
    pattern = log_pattern(request['time'])
    clock = Clock()
    low, high = log.first, log.size()
    best = high
    while low < high:
        if cancelled.is_set():
            raise Cancelled()
        middle = log.line_start((low + high) // 2)
        found = time_from(log, middle, high, pattern, clock)
        if found is None:
            high = middle
        elif found[1] >= request['ms']:
            best = found[0]
            high = middle
        else:
            low = log.line_end(found[0])
    yield {'at': best}


@operation
def log_levels(request, cancelled):
    """How many entries of which level there are over time: {firstMs, lastMs, buckets: [[entries, warnings, errors] …]}."""
    log = log_of(request)
    pattern = log_pattern(request['entry'])
    count = request['buckets']
    clock = Clock()

    def work():
        size = log.size()
        first = time_from(log, log.first, size, pattern, clock)
        last = None
        at = size
        while at > log.first and last is None:
            start, data = log.region_before(at)
            for found in pattern.finditer(data):
                last = clock.ms(found) or last
            at = start
            yield None
        if first is None or last is None:
            yield {'firstMs': None, 'lastMs': None, 'buckets': [], 'isDone': True, 'isSampled': False}
            return
        first_ms = request['firstMs'] if request['firstMs'] is not None else min(first[1], last)
        last_ms = request['lastMs'] if request['lastMs'] is not None else max(first[1], last)
        width = max(1, (last_ms - first_ms + 1) / float(count))
        buckets = [[0, 0, 0] for _ in range(count)]
        # Of a very large log only some regions are looked at, evenly.
        step = max(1, (size - log.first) // (MOST_REGIONS * LOG_BLOCK))
        told = {'firstMs': first_ms, 'lastMs': last_ms, 'buckets': buckets, 'isSampled': step > 1}
        shown = time.monotonic()
        at = log.first
        while at < size:
            data, end = log.region(at)
            if not data:
                break
            for found in pattern.finditer(data):
                ms = clock.ms(found)
                if ms is None:
                    continue
                bucket = buckets[min(count - 1, max(0, int((ms - first_ms) / width)))]
                level = (found.group(9) or found.group(10) or b'').lower()
                bucket[0] += 1
                if level in (b'error', b'critical', b'fatal', b'exception'):
                    bucket[2] += 1
                elif level in (b'warning', b'warn'):
                    bucket[1] += 1
            at = end
            if step > 1 and end < size:
                at = log.line_end(min(size - 1, end + (step - 1) * LOG_BLOCK))
            is_time = time.monotonic() > shown + SHOW_S
            yield dict(told, isDone=False) if is_time else None
            shown = time.monotonic() if is_time else shown
        yield dict(told, isDone=True)

    return in_child(work, cancelled)
