# The agent: windsock sends this program to a host over stdin and talks with it in JSON lines. Python 3.6, standard
# library only. It installs nothing, and ends as soon as stdin ends. Its parts are sent as one text: this one first, and
# serve.py last.
#
# Request {"id", "op", …}; answers {"id", "answer": {…}} and at last {"id", "done": true} or
# {"id", "error": {"errno", "message"}}. {"op": "cancel", "id"} stops a request without a further answer.
# Names are bytes: in JSON they are UTF-8, and what is none of it is a lone surrogate (PEP 383).

import errno
import os

TO_LOOK = getattr(os, 'O_PATH', os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
TO_LIST = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
TO_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def to_bytes(text):
    return text.encode('utf-8', 'surrogateescape')


def to_text(name):
    # os gives names as text in the encoding of the locale: back to the bytes first.
    return os.fsencode(name).decode('utf-8', 'surrogateescape')


def open_below(parent, names, flags):
    """Opens names[-1] below the directory `parent` without following a symbolic link on the way."""
    here = os.dup(parent)
    try:
        for place, name in enumerate(names):
            below = os.open(name, flags if place == len(names) - 1 else TO_LOOK, dir_fd=here)
            os.close(here)
            here = below
        return here
    except BaseException:
        os.close(here)
        raise


def open_real(path, flags):
    """Opens a path that os.path.realpath gave: what was resolved is what is opened, or nothing."""
    root = os.open(b'/', TO_LOOK)
    try:
        names = [name for name in path.split(b'/') if name]
        return open_below(root, names or [b'.'], flags)
    finally:
        os.close(root)


def real_path(text):
    path = to_bytes(text)
    if not path.startswith(b'/'):
        raise OSError(errno.EINVAL, 'The path is not absolute')
    return os.path.realpath(path)


class Cancelled(Exception):
    pass


# What is to be taken away when the program ends before it is finished.
UNFINISHED = set()


def leave():
    for each in list(UNFINISHED):
        try:
            each.undo()
        except OSError:
            pass
    os._exit(0)


OPERATIONS = {}


def operation(work):
    """An operation has the name of its function: it takes the request and an event that says "stop", and yields its answers."""
    OPERATIONS[work.__name__] = work
    return work
