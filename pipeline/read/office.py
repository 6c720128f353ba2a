"""Word 97 (.doc), RTF and OpenDocument: LibreOffice turns them into DOCX, which the reader of DOCX reads."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

from models import Document, SourceError
from pipeline.messages import say
from pipeline.read.docx import read_docx
from pipeline.read.formats import unsupported

OfficeKind = Literal["ole", "rtf", "odt"]
SECONDS: Final = 120
"""time that LibreOffice gets for one file; a directive of 100 pages takes some seconds"""
_RESTART: Final = 81
"""exit code by which LibreOffice asks to be started again, once it has set up its folder"""
_NO_WINDOW: Final = 0x0800_0000 if sys.platform == "win32" else 0

# The streams of OLE containers that say which program wrote them ([MS-DOC] 2.1, [MS-XLS] 2.1, [MS-PPT] 2.1, [MS-OFFCRYPTO] 2.3,
# [MS-OXMSG] 2.2), each with its key in messages/read.toml [format]; None is Word
_STREAMS: Final[tuple[tuple[str, str | None], ...]] = (
    ("WordDocument", None),
    ("EncryptedPackage", "password"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
    ("__properties_version1.0", "msg"),
)
_ENTRY: Final = 128  # bytes of an entry in the directory of an OLE container ([MS-CFB] 2.6)
_ODF: Final = b"mimetypeapplication/vnd.oasis.opendocument."
_MEDIA_TYPES: Final = {"ole": "application/msword", "rtf": "application/rtf", "odt": "application/vnd.oasis.opendocument.text"}
_SUFFIXES: Final = {"ole": ".doc", "rtf": ".rtf", "odt": ".odt", "docx": ".docx", "html": ".html"}

_PLACES: Final = (  # where the installers of LibreOffice put it on systems that look for programs elsewhere
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
    "C:/Program Files (x86)/LibreOffice/program/soffice.exe",
)
# No macros, nothing fetched from elsewhere: neither linked files nor pictures from the network (port 9 discards).
_SETTINGS: Final = (
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("org.openoffice.Office.Writer/Content/Update", "Field", "false"),
    ("org.openoffice.Inet/Settings", "ooInetProxyType", "2"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("org.openoffice.Inet/Settings", "ooInetNoProxy", ""),
)


def read_office(raw: bytes, kind: OfficeKind, file: str, name: str) -> Document:
    """Return ``raw``, the bytes of the file ``name``, as a document; ``file`` is what messages call it, ``kind`` tells its format.

    An "ole" container is told apart by its contents. Raises SourceError: what it is where it is no text ("unsupported-xls" …),
    "password", and the faults of ``convert`` and of the reader of DOCX.
    """
    if kind == "ole":
        _tell_ole(raw, file)
    elif kind == "odt" and not raw.partition(_ODF)[2].startswith(b"text"):
        raise unsupported(file, "odf-other", "save-as")
    document = read_docx(convert(raw, kind, file), file, name)
    source = document.source.model_copy(update={"sha256": hashlib.sha256(raw).hexdigest(), "media_type": _MEDIA_TYPES[kind]})
    return document.model_copy(update={"source": source})


def _tell_ole(raw: bytes, file: str) -> None:
    """Raise SourceError where the OLE container ``raw`` is no Word document."""
    # what is embedded has entries too; those of the file itself are written first
    places = [(at, kind) for stream, kind in _STREAMS if (at := _entry(raw, stream)) >= 0]
    kind = min(places, key=lambda place: place[0])[1] if places else "ole-other"
    if kind == "password":
        raise SourceError("password", say("read.password", file=file))
    if kind:
        raise unsupported(file, kind, "save-as")


def _entry(raw: bytes, stream: str) -> int:
    """Return where the directory of the container ``raw`` names ``stream``, or -1."""
    name = f"{stream}\0".encode("utf-16-le")
    at = raw.find(name)
    while at >= 0 and at % _ENTRY:
        at = raw.find(name, at + 2)
    return at


def convert(raw: bytes, kind: OfficeKind | Literal["docx", "html"], file: str, to: Literal["docx", "pdf"] = "docx") -> bytes:
    """Return ``raw`` as DOCX or PDF, made by LibreOffice in a folder of its own that is gone afterwards.

    Raises SourceError: "office-missing", "office-slow" after SECONDS, and "office-failed" where nothing came out.
    """
    program = office_program()
    if program is None:
        raise SourceError("office-missing", say("read.office-missing", file=file))
    with tempfile.TemporaryDirectory(prefix="giaoviec-office-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        source = place / f"in{_SUFFIXES[kind]}"
        source.write_bytes(raw)
        profile = place / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_settings(), encoding="utf-8")
        command = [str(program), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nologo", "--nolockcheck"]
        if kind == "html":
            command.append("--infilter=HTML (StarWriter)")  # as a document with pages: as a web page its first words get lost
        command += ["--convert-to", to, "--outdir", str(place), str(source)]
        try:
            done = _run(command, place)
            if done == _RESTART:
                _run(command, place)
        except subprocess.TimeoutExpired as error:
            raise SourceError("office-slow", say("read.office-slow", file=file, seconds=SECONDS)) from error
        except OSError as error:
            raise SourceError("office-failed", say("read.office-failed", file=file, reason=error.strerror or error)) from error
        with suppress(OSError):
            if made := (place / f"in.{to}").read_bytes():
                return made
    raise SourceError("office-failed", say("read.office-failed", file=file, reason="LibreOffice"))


def _run(command: list[str], folder: Path) -> int:
    """Run LibreOffice, in the group of this process: who ends the group ends it too."""
    nothing = subprocess.DEVNULL
    return subprocess.run(
        command, cwd=folder, stdin=nothing, stdout=nothing, stderr=nothing, timeout=SECONDS, check=False, creationflags=_NO_WINDOW
    ).returncode


def office_program() -> Path | None:
    """Return LibreOffice itself, not the script in front of it: only what is started directly can be ended for sure."""
    found = shutil.which("soffice") or shutil.which("libreoffice") or next((place for place in _PLACES if Path(place).is_file()), None)
    if found is None:
        return None
    program = Path(found).resolve()
    itself = program.with_name("soffice.bin")
    return itself if itself.is_file() else program


def _settings() -> str:
    item = '<item oor:path="/{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>\n'
    items = "".join(item.format(*setting) for setting in _SETTINGS)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        f'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n{items}</oor:items>\n'
    )
