"""Who asks, and whether they may: dependencies of the pages."""

import getpass
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request

from models import Person, Right
from pipeline.review.faults import Forbidden, SignInNeeded
from pipeline.review.site import TheSite


def person_of(request: Request, site: TheSite) -> Person:
    """Return who asks. Without login it is whoever sits at this machine. Raises SignInNeeded."""
    person = _local() if not site.login else None
    if person is None:
        raise SignInNeeded
    request.state.person = person
    return person


def _local() -> Person:
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in containers
        name = "local"
    return Person(name=name, full_name=name, role="admin")


Someone = Annotated[Person, Depends(person_of)]


def needs(right: Right) -> Callable[..., Person]:
    """Return a dependency that gives who asks, and refuses those without ``right`` (403)."""

    def allowed(person: Someone) -> Person:
        if not person.may(right):
            raise Forbidden(right)
        return person

    return allowed


Viewer = Annotated[Person, Depends(needs("see"))]
Receiver = Annotated[Person, Depends(needs("receive"))]
Tracker = Annotated[Person, Depends(needs("progress"))]
Reviewer = Annotated[Person, Depends(needs("decide"))]
Signer = Annotated[Person, Depends(needs("sign-off"))]
Deliverer = Annotated[Person, Depends(needs("hand-over"))]
Administrator = Annotated[Person, Depends(needs("administer"))]
