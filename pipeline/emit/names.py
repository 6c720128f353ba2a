"""File names that every system takes."""

from pipeline.units import ascii_fold

# Windows keeps these for devices, whatever the extension.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
_LENGTH = 60


def file_stem(name: str) -> str:
    """Return ``name`` as a file name without extension: a-z, 0-9 and hyphens ("Sở Y tế" → "so-y-te"), at most 60 long."""
    stem = ascii_fold(name)
    if len(stem) > _LENGTH:
        stem = stem[: _LENGTH + 1].rsplit("-", 1)[0] if "-" in stem[:_LENGTH] else stem[:_LENGTH]
    if not stem:
        return "khong-ten"
    return f"{stem}-1" if stem in _DEVICES else stem


class FileStems:
    """Hands out file names, each one once."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def take(self, name: str) -> str:
        """Return the stem for ``name``, with "-2", "-3" … behind it where it is already given."""
        stem = first = file_stem(name)
        number = 1
        while stem in self._given:
            number += 1
            stem = f"{first}-{number}"
        self._given.add(stem)
        return stem
