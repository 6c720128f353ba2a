"""Asking the API as its description says: each answer is checked against the schema that is promised for it."""

from functools import cache
from typing import Any

from fastapi import FastAPI
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

from models import OfficeRole
from pipeline.review import Site, build_app
from pipeline.review.api import add_api, describe


@cache
def _description() -> dict[str, Any]:
    """It is the same for every site."""
    app = FastAPI()
    add_api(app)
    return describe(app)


class Asker:
    """Asks ``site`` with a token of ``role``; ``asked`` are the operations that were."""

    def __init__(self, site: Site, role: OfficeRole = "admin") -> None:
        app = build_app(site)
        self.description = _description()
        self.client = TestClient(app)
        self.asked: set[str] = set()
        name = f"thử {role} {len(site.store.accounts.tokens.all())}"
        self.token = site.store.accounts.tokens.create(name, role, by="test")[1]
        self._by_name = {
            operation["operationId"]: (method, path, operation)
            for path, methods in self.description["paths"].items()
            for method, operation in methods.items()
        }

    @property
    def operations(self) -> dict[str, tuple[str, str, dict[str, Any]]]:
        """By name: method, path, description."""
        return self._by_name

    def __call__(self, name: str, status: int = 200, *, body: Any = None, files: Any = None, query: Any = None, **path: Any) -> Any:
        """Ask the operation ``name``; return the answer's JSON (its bytes where it has none)."""
        answer = self.send(name, body=body, files=files, query=query, **path)
        assert answer.status_code == status, answer.text
        self.asked.add(name)
        told = self._by_name[name][2]["responses"]
        assert str(status) in told, f"{name} does not tell of {status}"
        schema = told[str(status)].get("content", {}).get("application/json", {}).get("schema")
        if schema is None or "json" not in answer.headers.get("content-type", ""):
            assert schema is None, answer.headers
            return answer.content
        Draft202012Validator({**schema, "components": self.description["components"]}).validate(answer.json())
        return answer.json()

    def send(self, name: str, *, body: Any = None, files: Any = None, query: Any = None, headers: Any = None, **path: Any) -> Any:
        """Ask the operation ``name``; return the answer."""
        method, template, _ = self._by_name[name]
        told = {"authorization": f"Bearer {self.token}", **(headers or {})}
        return self.client.request(method.upper(), template.format(**path), json=body, files=files, params=query, headers=told)
