import os


def program_of(pid):
    """The title of a process; None where there is none. A zombie has no title."""
    try:
        with open('/proc/%d/cmdline' % pid, 'rb') as file:
            return file.read(4096).replace(b'\0', b' ').strip().decode('utf-8', 'replace') or None
    except OSError:
        return None


@operation
def pidfiles(request, _cancelled):
    """The pid files of Airflow in a folder, and some more by name. What is not there or may not be read is left out."""
    try:
        names = sorted(to_text(name) for name in os.listdir(real_path(request['folder'])))
    except OSError:
        names = []
    own = [request['folder'] + '/' + name for name in names if name.startswith('airflow-') and name.endswith('.pid')]
    for path in own + [path for path in request['files'] if path not in own]:
        try:
            with open_regular(real_path(path)) as file:
                words = file.read(64).split()
                status = os.fstat(file.fileno())
        except OSError:
            continue
        pid = int(words[0]) if words and words[0].isdigit() and len(words[0]) < 10 else None
        yield {
            'path': path,
            'pid': pid,
            'program': None if pid is None else program_of(pid),
            'ageMs': age_ms(status),
        }
