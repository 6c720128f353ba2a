"""Passwords: kept as argon2id hashes, long enough, and not the name of who has it."""

import secrets
import threading
import unicodedata
from functools import lru_cache
from typing import Final

from pwdlib import PasswordHash

from pipeline.messages import say

SHORTEST: Final = 10
LONGEST: Final = 200
_FEWEST_DIFFERENT: Final = 4
_AT_A_TIME: Final = 2
_GROUPS: Final = 4

_gate = threading.BoundedSemaphore(_AT_A_TIME)  # a hash takes 64 MB and a core; many tries at a time must not take the machine


def fault_of(password: str, *names: str) -> str | None:
    """Return in words why ``password`` cannot be that of somebody called ``names``, None where it can."""
    plain = unicodedata.normalize("NFKC", password)
    if len(plain) < SHORTEST:
        return say("people.password-short", shortest=SHORTEST)
    if len(plain) > LONGEST:
        return say("people.password-long", longest=LONGEST)
    if len(set(plain)) < _FEWEST_DIFFERENT:
        return say("people.password-same")
    bare = _letters(plain)
    if any(name and name in bare and not bare.replace(name, "").strip("0123456789") for name in map(_letters, names)):
        return say("people.password-name")
    return None


def hash_password(password: str) -> str:
    """Return the argon2id hash of ``password``; letters typed in either Unicode form give the same."""
    with _gate:
        return _hasher().hash(unicodedata.normalize("NFKC", password))


def is_right(password: str, password_hash: str | None) -> bool:
    """Say whether ``password`` is the one of ``password_hash``. None (nobody has that name) takes the same time and is wrong."""
    if len(password) > LONGEST:
        password = ""
    with _gate:
        right = _hasher().verify(unicodedata.normalize("NFKC", password), password_hash or _of_nobody())
    return right and password_hash is not None


def one_time_password() -> str:
    """Return a password to be changed at once: 16 digits in groups (53 bits), which can be told on the telephone and which no Vietnamese
    input method changes while it is typed."""
    return "-".join(f"{secrets.randbelow(10_000):04}" for _ in range(_GROUPS))


def _letters(words: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", words).casefold() if char.isalnum())


@lru_cache(maxsize=1)
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@lru_cache(maxsize=1)
def _of_nobody() -> str:
    return _hasher().hash(secrets.token_urlsafe())
