import os


@operation
def volumes(request, _cancelled):
    for text in request['paths']:
        path = real_path(text)
        while True:
            try:
                device = os.stat(path).st_dev
                space = os.statvfs(path)
                break
            except OSError:
                if path == b'/':
                    raise
                path = os.path.dirname(path)
        mount = path
        while mount != b'/' and os.stat(os.path.dirname(mount)).st_dev == device:
            mount = os.path.dirname(mount)
        yield {
            'path': text,
            'measuredPath': to_text(path),
            'device': str(device),
            'mountPoint': to_text(mount),
            'totalBytes': space.f_blocks * space.f_frsize,
            'freeBytes': space.f_bfree * space.f_frsize,
            'availableBytes': space.f_bavail * space.f_frsize,
            'totalInodes': space.f_files,
            'freeInodes': space.f_ffree,
        }
