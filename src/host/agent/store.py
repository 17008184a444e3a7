import base64
import binascii
import errno
import hashlib
import os
import stat

# Files below a folder of this host that copies are kept in. A name is that of folders and a file, with slashes between.
STORE_PART = 4 << 20
STORE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def store_names(name):
    names = [to_bytes(part) for part in name.split('/')]
    if not all(is_name(part) for part in names):
        raise OSError(errno.EINVAL, 'No name of a file')
    return names


def is_below(path, root):
    return path == root or path.startswith(root.rstrip(b'/') + b'/')


def folder_below(parent, names):
    """The open folder of these names, each made where it is not there; no symbolic link is followed."""
    here = os.dup(parent)
    try:
        for name in names:
            try:
                os.mkdir(name, 0o700, dir_fd=here)
            except FileExistsError:
                pass
            below = os.open(name, TO_LIST, dir_fd=here)
            os.close(here)
            here = below
        return here
    except BaseException:
        os.close(here)
        raise


class NewFile:
    """Is there under its name when it is whole and on the disk, and not before; what was not finished leaves nothing."""

    def __init__(self, folder, name):
        names = store_names(name)
        self.name = names[-1]
        self.part = None
        path = real_path(folder)
        os.makedirs(path, mode=0o700, exist_ok=True)
        root = open_real(path, TO_LIST)
        try:
            self.folder = folder_below(root, names[:-1])
        finally:
            os.close(root)
        try:
            self.file = self.unnamed()
        except BaseException:
            os.close(self.folder)
            raise
        UNFINISHED.add(self)

    def unnamed(self):
        """A file without a name goes with the process, however that ends; some file systems (NFS) have none."""
        try:
            return os.open(b'.', os.O_WRONLY | os.O_TMPFILE | os.O_CLOEXEC, 0o600, dir_fd=self.folder)
        except OSError as error:
            if error.errno not in (errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT):
                raise
        self.part = b'.' + binascii.hexlify(os.urandom(8)) + b'.part'
        return os.open(self.part, STORE_FLAGS, 0o600, dir_fd=self.folder)

    def write(self, data):
        write_all(self.file, data)

    def finish(self):
        os.fsync(self.file)
        if self.part is None:
            os.link('/proc/self/fd/%d' % self.file, self.name, dst_dir_fd=self.folder)
        else:
            os.rename(self.part, self.name, src_dir_fd=self.folder, dst_dir_fd=self.folder)
            self.part = None
        os.fsync(self.folder)

    def undo(self):
        if self.part is not None:
            os.unlink(self.part, dir_fd=self.folder)

    def close(self):
        UNFINISHED.discard(self)
        try:
            self.undo()
        finally:
            os.close(self.file)
            os.close(self.folder)


def stored(folder, name):
    root = open_real(real_path(folder), TO_LIST)
    try:
        file = open_below(root, store_names(name), TO_READ)
    finally:
        os.close(root)
    if stat.S_ISREG(os.fstat(file).st_mode):
        return file
    os.close(file)
    raise OSError(errno.EINVAL, 'It is no regular file')


@operation
def store_write(request, _cancelled):
    target = NewFile(request['folder'], request['name'])
    try:
        target.write(base64.b64decode(request['base64']))
        target.finish()
    finally:
        target.close()
    yield {}


@operation
def store_digest(request, cancelled):
    """Reads a file back from the disk, as far as the system lets go of what it holds of it in memory."""
    file = stored(request['folder'], request['name'])
    found = hashlib.sha256()
    size = 0
    try:
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        while True:
            if cancelled.is_set():
                raise Cancelled()
            part = os.read(file, 1 << 20)
            if not part:
                break
            found.update(part)
            size += len(part)
    finally:
        os.close(file)
    yield {'bytes': size, 'sha256': found.hexdigest()}


@operation
def store_read(request, _cancelled):
    """At most so many bytes from a place on, in one answer."""
    file = stored(request['folder'], request['name'])
    try:
        data = os.pread(file, min(request['length'], STORE_PART), request['offset'])
    finally:
        os.close(file)
    yield {'base64': base64.b64encode(data).decode('ascii')}


@operation
def store_list(request, cancelled):
    """The files whose names begin with the prefix, with their sizes; those that are not finished are left out."""
    path = real_path(request['folder'])
    try:
        root = open_real(path, TO_LIST)
    except FileNotFoundError:
        return
    rows = []
    waiting = [[]]
    try:
        while waiting:
            if cancelled.is_set():
                raise Cancelled()
            names = waiting.pop()
            try:
                here = open_below(root, names, TO_LIST) if names else os.dup(root)
            except FileNotFoundError:
                continue
            try:
                for entry in sorted(os.listdir(here), reverse=True):
                    name = os.fsencode(entry)
                    status = os.stat(name, dir_fd=here, follow_symlinks=False)
                    whole = '/'.join([to_text(each) for each in names + [name]])
                    if stat.S_ISDIR(status.st_mode):
                        if whole.startswith(request['prefix']) or request['prefix'].startswith(whole + '/'):
                            waiting.append(names + [name])
                    elif stat.S_ISREG(status.st_mode) and not name.endswith(b'.part'):
                        if whole.startswith(request['prefix']):
                            rows.append([whole, status.st_size])
            finally:
                os.close(here)
            if len(rows) >= 500:
                yield {'files': rows}
                rows = []
    finally:
        os.close(root)
    if rows:
        yield {'files': rows}


@operation
def store_remove(request, _cancelled):
    names = store_names(request['name'])
    root = open_real(real_path(request['folder']), TO_LIST)
    try:
        folder = open_below(root, names[:-1], TO_LOOK) if names[1:] else os.dup(root)
        try:
            os.unlink(names[-1], dir_fd=folder)
        except FileNotFoundError:
            pass
        finally:
            os.close(folder)
    finally:
        os.close(root)
    yield {}
