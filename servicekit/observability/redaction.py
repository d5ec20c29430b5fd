"""What tells of a person is kept out of whatever is written down or said back: numbers and e-mail addresses.

A last gate, for texts that others have made: where the code knows what is personal, it says nothing of it.
"""

import logging
import re

HIDDEN = "[hidden]"
# The number by which this country knows a person: eleven digits, of which the last two are set apart. Parts
# of longer words, such as ids and traces, are none; nor are addresses of four numbers between dots.
_BETWEEN = r"(?:[-.,_+/\s]|%[0-9A-Fa-f]{2}){0,3}"
_BEFORE_LAST = r"(?:[-,_+/\s]|%[0-9A-Fa-f]{2}){0,3}"
_NUMBER = rf"(?<![0-9A-Za-z])(?:[0-9]{{3}}{_BETWEEN}){{2}}[0-9]{{3}}{_BEFORE_LAST}[0-9]{{2}}(?![0-9A-Za-z])"
# From where a word begins, and with bounds, so that no text takes long to look through.
_ADDRESS = r"(?<![\w.+-])[\w.+-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63})+"
_PERSONAL = re.compile(f"{_NUMBER}|{_ADDRESS}")

_traceback = logging.Formatter()


def redacted(text: str) -> str:
    """The text, with HIDDEN in place of what looks personal."""
    return _PERSONAL.sub(HIDDEN, text)


def redacted_throughout(value: object) -> object:
    """The value with every text in it redacted, also the names of members."""
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, dict):
        return {redacted_throughout(name): redacted_throughout(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [redacted_throughout(member) for member in value]
    return value


def redact_record(record: logging.LogRecord) -> bool:
    """A filter that lets every record pass, redacted: for loggers with handlers of their own."""
    if record.exc_info and not record.exc_text:
        record.exc_text = redacted(_traceback.formatException(record.exc_info))
    record.msg, record.args = redacted(record.getMessage()), ()
    return True
