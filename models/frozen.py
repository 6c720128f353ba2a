"""What the values of a directive have in common: once made, they never change."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

_put, _new = object.__setattr__, object.__new__


class Frozen(BaseModel):
    """A value that never changes and has no fields but those of its class: its copies are made in half of the usual time."""

    model_config = ConfigDict(frozen=True)
    _names: ClassVar[set[str]]  # of all fields: a copy counts all of them as set

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """Keep the names of the fields of a class, once these are known."""
        cls._names = set(cls.model_fields)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with the fields of ``update``, which are not checked, in place of its own."""
        if deep or not update:
            return super().model_copy(update=update, deep=deep)
        cls = type(self)
        made = _new(cls)
        _put(made, "__dict__", {**self.__dict__, **update})
        _put(made, "__pydantic_fields_set__", cls._names)
        _put(made, "__pydantic_extra__", None)
        _put(made, "__pydantic_private__", None)
        return made
