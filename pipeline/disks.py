"""What kind of disk a folder is on: a local one, or another machine's.

SQLite in WAL mode needs memory that is shared on one machine, so its file must lie on a local disk (sqlite.org/wal.html); file events of
other machines do not reach this one.
"""

import re
import sys
from pathlib import Path

_NETWORK = re.compile(r"(?:nfs\d?|cifs|smb\w*|ncpfs|afs|9p|ceph|glusterfs|lustre|davfs|fuse\.(?:sshfs|rclone|davfs|glusterfs|s3fs)|beegfs)")
_MOUNTS = Path("/proc/self/mountinfo")
_ESCAPE = re.compile(r"\\([0-7]{3})")
_REMOTE_DRIVE = 4  # DRIVE_REMOTE of GetDriveTypeW


def network_kind(path: Path) -> str | None:
    """Return the kind of network share that ``path`` (or its nearest folder that is there) lies on ("cifs"), None for a local disk.

    None too where the system does not tell. Never raises.
    """
    try:
        place = path.resolve()
        while not place.exists() and place != place.parent:
            place = place.parent
        return _windows_kind(place) if sys.platform == "win32" else _mounted_kind(place)
    except (OSError, ValueError, RuntimeError):
        return None


def _mounted_kind(place: Path) -> str | None:
    """Return the kind of the deepest mount above ``place`` (Linux; proc(5)), of several at one point the last."""
    if not _MOUNTS.exists():
        return None
    best, kind = -1, ""
    for line in _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        left, _, right = line.partition(" - ")
        point = Path(_ESCAPE.sub(lambda match: chr(int(match[1], 8)), left.split(" ")[4]))
        if len(point.parts) >= best and place.is_relative_to(point):
            best, kind = len(point.parts), right.split(" ")[0]
    return kind if _NETWORK.fullmatch(kind) else None


def _windows_kind(place: Path) -> str | None:
    if sys.platform == "win32":
        import ctypes

        if place.drive.startswith("\\\\"):
            return "smb"
        if ctypes.windll.kernel32.GetDriveTypeW(f"{place.drive}\\") == _REMOTE_DRIVE:
            return "smb"
    return None
