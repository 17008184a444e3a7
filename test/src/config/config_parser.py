"""Reads airflow.cfg files as Airflow does. A line of stdin is one file in base64; a line of stdout what became of it.

Airflow's AirflowConfigParser (2.2.3 to 3.3.2) is ConfigParser with its defaults but for the names of options, which it
leaves as they are.
"""

import base64
import configparser
import io
import json
import sys


class AirflowLike(configparser.ConfigParser):
    optionxform = staticmethod(str)


def interpolated(parser, section, option):
    try:
        return {"value": parser.get(section, option)}
    except configparser.InterpolationMissingOptionError:
        return {"error": "missing-option"}
    except configparser.InterpolationDepthError:
        return {"error": "depth"}
    except configparser.InterpolationSyntaxError:
        return {"error": "syntax"}


def read(data):
    parser = AirflowLike()
    try:
        parser.read_file(io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
    except UnicodeDecodeError:
        return {"error": "UnicodeDecodeError"}
    except configparser.ParsingError as e:
        # MissingSectionHeaderError is one of these, too.
        line = getattr(e, "lineno", None) or e.errors[0][0]
        return {"error": type(e).__name__, "line": line}
    except (configparser.DuplicateSectionError, configparser.DuplicateOptionError) as e:
        return {"error": type(e).__name__, "line": e.lineno}
    names = parser.sections()
    raw = {name: dict(parser._sections[name]) for name in names}
    return {
        "defaults": dict(parser.defaults()),
        "raw": raw,
        "read": {name: {option: interpolated(parser, name, option) for option in parser.options(name)} for name in names},
    }


for line in sys.stdin.buffer:
    print(json.dumps(read(base64.b64decode(line))))
