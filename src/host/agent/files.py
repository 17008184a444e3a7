import base64
import errno
import hashlib
import os
import pwd
import stat
import time


def open_regular(path):
    file = os.fdopen(open_real(path, TO_READ), 'rb')
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise OSError(errno.EINVAL, 'It is no regular file')


@operation
def read(request, _cancelled):
    path = real_path(request['path'])
    with open_regular(path) as file:
        status = os.fstat(file.fileno())
        content = file.read(request['maxBytes'])
    try:
        owner = pwd.getpwuid(status.st_uid).pw_name
    except KeyError:
        owner = str(status.st_uid)
    yield {
        'base64': base64.b64encode(content).decode('ascii'),
        'size': status.st_size,
        'sha256': hashlib.sha256(content).hexdigest(),
        'mode': stat.S_IMODE(status.st_mode),
        'uid': status.st_uid,
        'gid': status.st_gid,
        'owner': owner,
        'mtimeNs': str(status.st_mtime_ns),  # too long for a number of JSON's
        'realPath': to_text(path),
    }


def age_ms(status):
    return max(0, int(time.time() * 1000) - status.st_mtime_ns // 1000000)


@operation
def tail(request, _cancelled):
    """The end of a file."""
    with open_regular(real_path(request['path'])) as file:
        status = os.fstat(file.fileno())
        file.seek(max(0, status.st_size - request['maxBytes']))
        content = file.read(request['maxBytes'])
    yield {'text': content.decode('utf-8', 'replace'), 'size': status.st_size, 'ageMs': age_ms(status)}
