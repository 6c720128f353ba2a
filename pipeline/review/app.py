"""The application: its pages, in front of them the guard, behind them the store."""

from typing import Final

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from fastapi.telemetry import TelemetryConfig

from pipeline.review.api import add_api
from pipeline.review.attempts import Attempts
from pipeline.review.faults import tell_faults
from pipeline.review.guard import Guard
from pipeline.review.pages import PAGES
from pipeline.review.render import STATIC
from pipeline.review.site import Site

# FastAPI would send traces where its environment says so; this program tells nobody anything
_NO_TELEMETRY: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}


def build_app(site: Site) -> FastAPI:
    """Return the application of ``site``, for any ASGI server. All it keeps itself are wrong tries at passwords."""
    app = FastAPI(title="giaoviec", telemetry=_NO_TELEMETRY, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = site
    app.state.attempts = Attempts()
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for router in PAGES:
        app.include_router(router, include_in_schema=False)
    add_api(app)
    tell_faults(app)
    app.add_middleware(Guard, site=site)
    return app
