"""The review page: what was found beside the words it was found in, to be checked, corrected and signed off in a browser.

``build_app`` makes the application of a store, ``serve`` runs it. docs/review.md says how it is used and set up.
"""

from pipeline.review.app import build_app
from pipeline.review.server import serve
from pipeline.review.site import Site
from pipeline.review.workers import Workers

__all__ = ["Site", "Workers", "build_app", "serve"]
