"""What a request is refused for, and how that is told: a page to people, a line to htmx, JSON to programs."""

import logging
from urllib.parse import urlencode, urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from models import Person, Right, StaleError, StoreError
from pipeline.messages import say
from pipeline.review.render import render

API = "/api/"
SIGN_IN = "/dang-nhap"
_CHOOSE = "/tai-khoan"
_ABOUT_THE_WORK = frozenset({"unknown", "refused", "stale", "lease-lost"})
_LOG = logging.getLogger("giaoviec.review")
_STATUS = {"unknown": 404, "refused": 409, "busy": 503, "unreachable": 503, "full": 507, "unwritable": 500, "damaged": 500}


class SignInNeeded(Exception):
    """Nobody is signed in, and the page is not for everybody."""


class PasswordWanted(Exception):
    """Who is signed in has a password that somebody else chose: they must choose their own before anything else."""


class Forbidden(Exception):
    """Who is signed in lacks ``right``."""

    def __init__(self, right: Right) -> None:
        super().__init__(right)
        self.right = right


class BadRequest(Exception):
    """What was sent cannot be used; ``message`` tells people why and what is expected."""

    def __init__(self, message: str, status: int = 422) -> None:
        super().__init__(message)
        self.status = status


def tell_faults(app: FastAPI) -> None:
    """Make ``app`` tell every refusal in the words of the person that meets it."""

    @app.exception_handler(SignInNeeded)
    def sign_in(request: Request, fault: SignInNeeded) -> Response:
        if request.url.path.startswith(API):
            answer = _json(401, "sign-in", say("review.sign-in"))
            answer.headers["WWW-Authenticate"] = "Bearer"
            return answer
        if "hx-request" in request.headers:
            shown = urlsplit(request.headers.get("hx-current-url", ""))
            return Response(status_code=401, headers={"HX-Redirect": _sign_in(shown.path, shown.query)})
        url = request.url
        return RedirectResponse(_sign_in(url.path, url.query) if request.method == "GET" else _sign_in("", ""), status_code=303)

    @app.exception_handler(PasswordWanted)
    def choose(request: Request, fault: PasswordWanted) -> Response:
        if request.url.path.startswith(API):
            return _json(403, "password", say("people.choose-password"))
        if "hx-request" in request.headers:
            return Response(status_code=403, headers={"HX-Redirect": _CHOOSE})
        return RedirectResponse(_CHOOSE, status_code=303)

    @app.exception_handler(Forbidden)
    def forbidden(request: Request, fault: Forbidden) -> Response:
        return fault_page(request, 403, "forbidden", say("review.forbidden", right=say(f"review.right-{fault.right}")))

    @app.exception_handler(BadRequest)
    def bad(request: Request, fault: BadRequest) -> Response:
        return fault_page(request, fault.status, "wrong", str(fault))

    @app.exception_handler(StaleError)
    def stale(request: Request, fault: StaleError) -> Response:
        if request.url.path.startswith(API):
            return _json(409, "stale", str(fault), newer=[task.model_dump(mode="json") for task in fault.newer])
        return fault_page(request, 409, "stale", str(fault))

    @app.exception_handler(StoreError)
    def store(request: Request, fault: StoreError) -> Response:
        message = str(fault)
        if fault.code not in _ABOUT_THE_WORK:  # it names folders and machines: for who mends it, not for everybody
            _LOG.error("%s %s: %s", request.method, request.url.path, message)
            person: Person | None = getattr(request.state, "person", None)
            if person is None or not person.may("administer"):
                message = say("review.store-fault")
        return fault_page(request, _STATUS.get(fault.code, 500), fault.code, message)

    @app.exception_handler(OverflowError)
    def too_large(request: Request, fault: OverflowError) -> Response:
        """A number in the address that no database takes: nothing has it."""
        return fault_page(request, 404, "unknown", say("review.no-page", path=request.url.path))

    @app.exception_handler(RequestValidationError)
    def not_valid(request: Request, fault: RequestValidationError) -> Response:
        first = fault.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        if not request.url.path.startswith(API):  # what pages send themselves is right: somebody wrote the address, or typed too much
            if first["loc"][0] == "path":
                return fault_page(request, 422, "wrong", say("review.no-page", path=request.url.path))
            return fault_page(request, 422, "wrong", say("review.wrong-field", where=str(first["loc"][-1])))
        return fault_page(request, 422, "wrong", say("review.wrong-value", where=where, reason=first["msg"]))

    @app.exception_handler(HTTPException)
    def other(request: Request, fault: HTTPException) -> Response:
        key = {404: "review.no-page", 405: "review.no-page", 413: "review.too-large"}.get(fault.status_code, "review.other")
        return fault_page(request, fault.status_code, "http", say(key, path=request.url.path, reason=str(fault.detail).rstrip(".")))


def fault_page(request: Request, status: int, code: str, message: str) -> Response:
    """Return the answer to a request that was refused: JSON below /api/, a line for htmx, else a page."""
    if request.url.path.startswith(API):
        return _json(status, code, message)
    name = "fault_line.html" if "hx-request" in request.headers else "fault.html"
    return render(request, name, status=status, code=code, message=message)


def _sign_in(path: str, query: str) -> str:
    """Return the address of the sign-in page that leads back to ``path``."""
    wanted = f"{path}?{query}" if query else path
    return f"{SIGN_IN}?{urlencode({'den': wanted})}" if wanted.strip("/") else SIGN_IN


def _json(status: int, code: str, message: str, **more: object) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message, **more}}, status_code=status)
