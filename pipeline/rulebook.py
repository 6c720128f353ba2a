"""rules/*.toml as objects: every rule with its pattern, its examples and its rejects."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import rules
from models import RuleError
from pipeline.text import fold_text

_FRAGMENT = re.compile(r"\$([a-z_]+)")


@dataclass(frozen=True, eq=False)
class Rule:
    """One rule. ``pattern`` sees folded text (lower case, single spaces); fragments ($day) are already put in.

    ``examples`` are texts with the values they must give, ``rejects`` look-alikes that the rule must leave alone;
    ``fields`` are the file's own keys (role, repeat, kind …).
    """

    id: str
    says: str
    pattern: str
    examples: tuple[Mapping[str, Any], ...]
    rejects: tuple[str, ...]
    fields: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class RuleFile:
    """One file of rules/: its rules in order, and its other tables (vocabularies) as written."""

    name: str
    rules: tuple[Rule, ...]
    tables: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Rulebook:
    """All of rules/. ``sha256`` names the state of knowledge a result was made with."""

    sha256: str
    files: Mapping[str, RuleFile]

    def __getitem__(self, name: str) -> RuleFile:
        return self.files[name]


def _expand(file: str, rule: str, pattern: str, fragments: Mapping[str, str]) -> str:
    def put(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in fragments:
            raise RuleError(
                f"rules/{file}.toml, rule {rule}: ${name} is not under [fragments]; known: {', '.join(sorted(fragments)) or 'none'}"
            )
        return fragments[name]

    for _ in range(5):
        expanded = _FRAGMENT.sub(put, pattern)
        if expanded == pattern:
            break
        pattern = expanded
    return pattern


def _rule(file: str, number: int, entry: dict[str, Any], fragments: Mapping[str, str]) -> Rule:
    identifier = str(entry.get("id", f"number {number}"))
    for key, kind in (("id", str), ("says", str), ("pattern", str), ("examples", list), ("rejects", list)):
        if not isinstance(entry.get(key), kind):
            raise RuleError(f"rules/{file}.toml, rule {identifier}: '{key}' must be a {kind.__name__}, found {entry.get(key)!r}")
    pattern = _expand(file, identifier, entry["pattern"], fragments)
    try:
        re.compile(pattern)
    except re.error as error:
        raise RuleError(f"rules/{file}.toml, rule {identifier}: the pattern is no regular expression: {error}: {pattern}") from error
    examples = tuple(e if isinstance(e, dict) else {"text": e} for e in entry["examples"])
    known = {"id", "says", "pattern", "examples", "rejects"}
    return Rule(identifier, entry["says"], pattern, examples, tuple(entry["rejects"]), {k: v for k, v in entry.items() if k not in known})


def load_rules(folder: Path) -> Rulebook:
    """Return the rules of ``folder`` (*.toml). Raises RuleError that names file and rule where one is not well formed."""
    digest, files = hashlib.sha256(), {}
    for path in sorted(folder.glob("*.toml")):
        # line ends as an editor on Windows may leave them do not change what is known
        raw = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(path.name.encode() + b"\0" + raw + b"\0")
        try:
            data = tomllib.loads(raw.decode("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise RuleError(f"rules/{path.name}: not valid TOML (UTF-8): {error}") from error
        fragments = {k: fold_text(v) if v.isalpha() else v for k, v in data.pop("fragments", {}).items()}
        entries = data.pop("rule", [])
        made = tuple(_rule(path.stem, i, entry, fragments) for i, entry in enumerate(entries, 1))
        seen: set[str] = set()
        for rule in made:
            if rule.id in seen:
                raise RuleError(f"rules/{path.name}: two rules are called {rule.id}")
            seen.add(rule.id)
        files[path.stem] = RuleFile(path.stem, made, {**data, "fragments": fragments})
    if not files:
        raise RuleError(f"{folder}: no rule files (*.toml) here")
    return Rulebook(digest.hexdigest(), files)


@lru_cache(maxsize=1)
def rulebook() -> Rulebook:
    """Return the rules that ship with giaoviec, read once a process."""
    return load_rules(Path(rules.__file__).parent)
