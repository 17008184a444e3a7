import base64
import errno
import grp
import hashlib
import os
import pwd
import tarfile
import threading
import zlib

# A member of gzip for about so much of what is packed: to read one file, no more than that must be unpacked before it.
PACK_MEMBER = 1 << 20
# A file up to this size is looked at again before any of it is packed.
PACK_WHOLE = 4 << 20
PACK_PART = 512 << 10
# Parts that were sent and not taken.
PACK_AHEAD = 4


class Spoilt(Exception):
    """A large file changed while it was packed, and a part of it is sent already."""

    def __init__(self, place, outcome):
        super().__init__()
        self.place = place
        self.outcome = outcome


class Pack(Planned):
    """A tar of planned files, as members of gzip one after the other: it is an ordinary .tar.gz, and can be read from any member on."""

    def __init__(self, deletion, request, cancelled):
        super().__init__(deletion, request, cancelled)
        self.outcomes = []
        self.files = []  # [where its content begins in the tar, its hash]
        self.members = []  # [where it begins in the archive, where in the tar]
        self.hash = hashlib.sha256()
        self.packed = 0  # bytes of the archive
        self.plain = 0  # of the tar
        self.begun = 0  # where the member begins in the tar
        self.zip = None
        self.ready = []
        self.waiting = 0
        self.names = {}  # of users and groups

    def parts(self):
        try:
            for names, files, _ in self.groups:
                names = [to_bytes(name) for name in names]
                for file in files:
                    if self.is_stopped():
                        raise Cancelled()
                    try:
                        for part in self.one(names, file):
                            yield part
                    except OSError as error:
                        self.outcomes.append(self.reason(error))
        finally:
            self.climb(0)
        self.put(b'\0' * 1024)
        self.end_member()
        yield self.take()

    def one(self, names, file):
        directory = self.reach(names)
        name = to_bytes(file[0])
        status, outcome = self.look(directory, name, file)
        if outcome is None and self.deletion.is_open(status):
            outcome = 'o'
        if outcome is not None:
            self.outcomes.append(outcome)
            return
        opened = os.open(name, TO_READ, dir_fd=directory)
        try:
            outcome = self.refusal(os.fstat(opened), file)
            if outcome is None and status.st_size <= PACK_WHOLE:
                content = read_up_to(opened, status.st_size + 1)
                outcome = self.refusal(os.fstat(opened), file)
                if outcome is None and len(content) != status.st_size:
                    outcome = 'c'
            if outcome is not None:
                self.outcomes.append(outcome)
                return
            self.put(self.header(names + [name], status))
            begins = self.plain
            if status.st_size <= PACK_WHOLE:
                found = hashlib.sha256(content)
                self.put(content)
            else:
                found = hashlib.sha256()
                for part in self.large(opened, status.st_size, file, found):
                    yield part
            self.put(b'\0' * (-status.st_size % 512))
            self.files.append([begins, found.hexdigest()])
            self.outcomes.append('k')
            if self.waiting >= PACK_PART:
                yield self.take()
        finally:
            os.close(opened)

    def large(self, opened, size, file, found):
        left = size
        while left > 0:
            if self.is_stopped():
                raise Cancelled()
            try:
                content = os.read(opened, min(left, PACK_MEMBER))
            except OSError as error:
                raise Spoilt(len(self.outcomes), self.reason(error))
            if not content:
                raise Spoilt(len(self.outcomes), 'c')
            found.update(content)
            self.put(content)
            left -= len(content)
            if self.waiting >= PACK_PART:
                yield self.take()
        outcome = self.refusal(os.fstat(opened), file)
        if outcome is not None:
            raise Spoilt(len(self.outcomes), outcome)

    def header(self, names, status):
        info = tarfile.TarInfo(b'/'.join(names).decode('utf-8', 'surrogateescape'))
        info.size = status.st_size
        info.mtime = int(status.st_mtime)
        info.mode = status.st_mode & 0o7777
        info.uid, info.gid = status.st_uid, status.st_gid
        info.uname = self.named(pwd.getpwuid, status.st_uid)
        info.gname = self.named(grp.getgrgid, status.st_gid)
        return info.tobuf(tarfile.GNU_FORMAT, 'utf-8', 'surrogateescape')

    def named(self, find, number):
        key = (find, number)
        if key not in self.names:
            try:
                self.names[key] = find(number)[0]
            except (KeyError, OverflowError):
                self.names[key] = ''
        return self.names[key]

    def put(self, data):
        at = 0
        while at < len(data):
            if self.zip is None:
                self.zip = zlib.compressobj(6, zlib.DEFLATED, 31)
                self.members.append([self.packed, self.plain])
                self.begun = self.plain
            part = data[at : at + PACK_MEMBER - (self.plain - self.begun)]
            self.keep(self.zip.compress(part))
            self.plain += len(part)
            at += len(part)
            if self.plain - self.begun >= PACK_MEMBER:
                self.end_member()

    def end_member(self):
        if self.zip is not None:
            self.keep(self.zip.flush())
            self.zip = None

    def keep(self, data):
        if data:
            self.hash.update(data)
            self.packed += len(data)
            self.waiting += len(data)
            self.ready.append(data)

    def take(self):
        data = b''.join(self.ready)
        self.ready = []
        self.waiting = 0
        return data

    def end(self):
        return {
            'kind': 'end',
            'outcomes': ''.join(self.outcomes),
            'files': self.files,
            'members': self.members,
            'bytes': self.packed,
            'plainBytes': self.plain,
            'sha256': self.hash.hexdigest(),
            'errors': self.errors,
        }


def read_up_to(opened, size):
    parts = []
    while size > 0:
        part = os.read(opened, size)
        if not part:
            break
        parts.append(part)
        size -= len(part)
    return b''.join(parts)


PACKS = {}


class Turn:
    """Lets so many parts go ahead of those that were taken."""

    def __init__(self):
        self.free = threading.Semaphore(PACK_AHEAD)

    def wait(self, pack):
        while not self.free.acquire(timeout=0.2):
            if pack.is_stopped():
                raise Cancelled()


@operation
def pack(request, cancelled):
    """
    Packs planned files of the locked folder, and sends the archive in parts, or writes it to a new file below a folder of this
    host and tells now and then how far it is.
    """
    deletion = DELETIONS.get(request['root'])
    if deletion is None:
        raise OSError(errno.ENOLCK, 'The folder is not locked by this agent')
    into = request.get('into')
    work = Pack(deletion, request, cancelled)
    turn = PACKS[request['pack']] = Turn()
    target = None
    try:
        if into is not None:
            if is_below(real_path(into['folder'] + '/' + into['name']), real_path(request['root'])):
                raise OSError(errno.EXDEV, 'The folder is in the log folder')
            target = NewFile(into['folder'], into['name'])
        for part in work.parts():
            if target is None:
                turn.wait(work)
                yield {'kind': 'part', 'base64': base64.b64encode(part).decode('ascii')}
            else:
                target.write(part)
                yield {'kind': 'written', 'bytes': work.packed}
        if target is not None:
            target.finish()
        yield work.end()
    except Spoilt as spoilt:
        yield {'kind': 'spoilt', 'place': spoilt.place, 'outcome': spoilt.outcome}
    finally:
        del PACKS[request['pack']]
        if target is not None:
            target.close()


@operation
def pack_taken(request, _cancelled):
    """A part of a pack was taken: another may come."""
    turn = PACKS.get(request['pack'])
    if turn is not None:
        turn.free.release()
    return ()
