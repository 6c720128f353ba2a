"""Bytes to letters: UTF-8, UTF-16, UTF-32 and Windows-1258, and the old encodings TCVN3, VNI and VISCII."""

import codecs
import re
import unicodedata
from typing import Final

from models import SourceError
from pipeline.messages import say
from pipeline.read.legacy import Legacy, resolve_legacy, resolve_mojibake
from pipeline.read.legacy_decode import decode_legacy, find_unicode

# the longer mark first: UTF-32 LE begins like UTF-16 LE
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_WINDOWS: Final = {code: bytes([code]).decode("cp1252", errors="ignore") or chr(code) for code in range(0x80, 0xA0)}
_MAX_CONTROL_SHARE: Final = 0.02
_MAX_LOST_SHARE: Final = 0.005
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_VIETNAMESE: Final = frozenset(
    "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
    "ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐ"
    "\u00a0“”‘’–—…•·°§«»²³½±×€™\u20ab"
)
_SURE: Final = 0.95
# Canonical ordering inside a run of combining marks takes time by the square of its length. No mark is a letter (\w), and
# the long runs that documents do have (dots, lines, arrows) lie in the blocks left out here.
_MARK_RUN = re.compile(r"[^\w\s\x00-\u02ff\u2000-\u20cf\u2100-\u2bff\u3000-\u3029\u302e-\u303f]{200,}")


def _line(raw: bytes, position: int) -> int:
    return raw.count(b"\n", 0, position) + 1


def _guess_utf16(raw: bytes) -> str | None:
    """In UTF-16, most letters and all spaces of Vietnamese have a zero byte on one side, and never on the other."""
    sample = raw[:4096]
    pairs = len(sample) // 2
    if not pairs:
        return None
    low, high = sample[0::2].count(0), sample[1::2].count(0)
    if high > 0.3 * pairs and low < 0.05 * pairs:
        return "utf-16-le"
    if low > 0.3 * pairs and high < 0.05 * pairs:
        return "utf-16-be"
    return None


def _decode_windows(raw: bytes, file: str, damage: UnicodeDecodeError) -> tuple[str, str]:
    """Return text that is not UTF-8: Windows-1258 where nearly every letter then is a Vietnamese one."""
    codes = raw.decode("latin-1")
    if legacy := resolve_legacy(codes):
        # the old fonts kept the quotes and dashes of Windows; VISCII has letters in their places
        return _decode_legacy(codes if legacy == "viscii" else codes.translate(_WINDOWS), legacy, file), legacy
    # few bad bytes among many sound ones: UTF-8 that was cut or edited, not another encoding
    rest = raw.decode("utf-8", errors="replace")
    if len(_NOT_ASCII.findall(rest)) > 10 * rest.count("\ufffd"):
        raise SourceError("damaged", say("read.damaged", file=file, line=_line(raw, damage.start)))
    try:
        text = unicodedata.normalize("NFC", _ordinary(raw.decode("cp1258"), file))
    except UnicodeDecodeError:
        text = ""
    letters = _NOT_ASCII.findall(text)
    if letters and sum(letter in _VIETNAMESE for letter in letters) >= _SURE * len(letters):
        return text, "windows-1258"
    if _CONTROL.search(raw[:4096].decode("latin-1").translate(dict.fromkeys(range(0x80, 0xA0)))):
        raise SourceError("binary", say("read.binary", file=file, line=_line(raw, damage.start)))
    raise SourceError("unknown-encoding", say("read.unknown-encoding", file=file))


def _decode_legacy(codes: str, legacy: Legacy, file: str) -> str:
    if legacy == "viqr":
        raise SourceError("viqr", say("read.viqr", file=file))
    at = find_unicode(codes, legacy)
    if at is not None:
        line = codes.count("\n", 0, at) + 1
        raise SourceError("mixed-encoding", say("read.mixed-encoding", file=file, line=line, found=legacy.upper()))
    return decode_legacy(_ordinary(codes, file), legacy)


def _ordinary(text: str, file: str) -> str:
    run = _MARK_RUN.search(text)
    if run:
        raise SourceError("binary", say("read.binary", file=file, line=text.count("\n", 0, run.start()) + 1))
    return text


def decode(raw: bytes, file: str) -> tuple[str, str]:
    """Return the letters of ``raw`` in NFC, without a byte order mark, and the name of their encoding.

    Line breaks stay as they are. Raises SourceError (messages name ``file``) where the letters cannot be had whole.
    """
    mark, encoding = next(((mark, name) for mark, name in _MARKS if raw.startswith(mark)), (b"", None))
    encoding = encoding or _guess_utf16(raw) or "utf-8"
    try:
        text = raw[len(mark) :].decode(encoding) if mark else raw.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            line = raw[: error.start].decode(encoding, errors="ignore").count("\n") + 1
            raise SourceError("cut-short", say("read.cut-short", file=file, line=line)) from error
        if mark:
            raise SourceError("damaged", say("read.damaged", file=file, line=_line(raw, error.start))) from error
        text, encoding = _decode_windows(raw, file, error)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", _ordinary(text, file))
    control = _CONTROL.search(text)
    if control and ("\x00" in text or len(_CONTROL.findall(text)) > _MAX_CONTROL_SHARE * len(text)):
        raise SourceError("binary", say("read.binary", file=file, line=text.count("\n", 0, control.start()) + 1))
    lost = text.count("\ufffd")
    if lost > _MAX_LOST_SHARE * len(text):
        raise SourceError("lost-letters", say("read.lost-letters", file=file, count=lost))
    if sample := resolve_mojibake(text):
        raise SourceError("mojibake", say("read.mojibake", file=file, sample=sample))
    if legacy := resolve_legacy(text):  # kept as Unicode, each code for a letter
        return _decode_legacy(text, legacy, file), legacy
    return text, encoding
