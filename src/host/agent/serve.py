import errno
import json
import os
import sys
import threading


out = sys.stdout.buffer
out_lock = threading.Lock()


def tell(message):
    line = json.dumps(message).encode('ascii') + b'\n'
    with out_lock:
        try:
            out.write(line)
            out.flush()
        except OSError:
            leave()


def serve(request, running):
    number = request['id']
    cancelled = running[number]
    try:
        for answer in OPERATIONS[request['op']](request, cancelled):
            if cancelled.is_set():
                raise Cancelled()
            tell({'id': number, 'answer': answer})
        tell({'id': number, 'done': True})
    except Cancelled:
        pass
    except OSError as error:
        name = errno.errorcode.get(error.errno, '')
        tell({'id': number, 'error': {'errno': name, 'message': error.strerror or str(error)}})
    except Exception as error:
        tell({'id': number, 'error': {'errno': '', 'message': type(error).__name__ + ': ' + str(error)}})
    finally:
        running.pop(number, None)


def main():
    try:
        os.nice(10)
    except OSError:
        pass
    running = {}
    tell({'hello': {'python': sys.version.split()[0], 'uid': os.geteuid()}})
    for line in sys.stdin.buffer:
        request = json.loads(line.decode('utf-8'))
        if request['op'] == 'cancel':
            cancelled = running.get(request['id'])
            if cancelled:
                cancelled.set()
            continue
        running[request['id']] = threading.Event()
        threading.Thread(target=serve, args=(request, running), daemon=True).start()
    leave()


main()
