import base64
import errno
import hashlib
import os
import stat


def split_path(text):
    """The folder of a path, opened, links on the way followed, and the name in it."""
    path = to_bytes(text)
    name = os.path.basename(path)
    if not is_name(name):
        raise OSError(errno.EINVAL, 'No name of a file')
    return open_real(real_path(to_text(os.path.dirname(path))), TO_LIST), name


def sum_of(folder, name):
    """The SHA-256 of a regular file, None where there is nothing. A symbolic link is not followed."""
    try:
        file = os.fdopen(os.open(name, TO_READ, dir_fd=folder), 'rb')
    except FileNotFoundError:
        return None
    with file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, 'It is no regular file')
        return hashlib.sha256(file.read()).hexdigest()


@operation
def place(request, _cancelled):
    """Writes a whole file or nothing, where what is there still is what was seen (its SHA-256, None for nothing)."""
    folder, name = split_path(request['path'])
    temporary = b'.windsock-%d.tmp' % os.getpid()
    try:
        if sum_of(folder, name) != request['seen']:
            yield {'isDone': False}
            return
        file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=folder)
        try:
            write_all(file, base64.b64decode(request['base64']))
            os.fchmod(file, request['mode'])
            os.fsync(file)
            if request['seen'] is None:
                os.link(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
            else:
                os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        except FileExistsError:
            yield {'isDone': False}
            return
        finally:
            os.close(file)
            try:
                os.unlink(temporary, dir_fd=folder)
            except FileNotFoundError:
                pass
        os.fsync(folder)
        yield {'isDone': True}
    finally:
        os.close(folder)


@operation
def remove_file(request, _cancelled):
    """Removes a file that still is what was seen; one that is not there any more is removed."""
    folder, name = split_path(request['path'])
    try:
        there = sum_of(folder, name)
        if there == request['seen']:
            os.unlink(name, dir_fd=folder)
        yield {'isDone': there is None or there == request['seen']}
    finally:
        os.close(folder)
