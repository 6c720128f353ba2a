"""The flowchart is drawn by Mermaid itself, in a real browser: every unit and every edge is in its picture, every name whole."""

from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from models import Graph
from pipeline.emit.words import plain
from pipeline.handover import export, from_results
from pipeline.handover.graphs import write_mermaid
from pipeline.network import merge_graphs
from pipeline.rulebook import rulebook
from pipeline.run import process

CORPUS = Path(__file__).parent.parent.parent / "corpus"

_DRAW = """async (code) => {
  mermaid.initialize({startOnLoad: false, securityLevel: "strict", maxEdges: 5000, maxTextSize: 1000000});
  const {svg} = await mermaid.render("drawn", code);
  document.body.innerHTML = svg;
  const texts = (found) => [...document.querySelectorAll(found)].map((one) => one.textContent.replace(/\\s+/g, " ").trim());
  return {nodes: texts("g.node"), labels: texts("g.edgeLabel g.label"), edges: document.querySelectorAll("path.flowchart-link").length};
}"""


def drawn(browser: Browser, code: str) -> dict[str, Any]:
    """What stands in the picture that Mermaid draws of ``code``."""
    package = find_spec("mermaidx")
    assert package and package.origin
    page = browser.new_page()
    try:
        page.goto("about:blank")
        page.add_script_tag(path=Path(package.origin).parent / "assets" / "mermaid.js")
        found: dict[str, Any] = page.evaluate(_DRAW, code)
        return found
    finally:
        page.close()


def test_mermaid_draws_every_unit_and_every_edge(browser: Browser, folder: Path, tmp_path: Path) -> None:
    """Of results whose units have names with marks that are Mermaid's own."""
    path = tmp_path / "g.mmd"
    export(from_results([folder]), "mermaid", path)
    _same(drawn(browser, path.read_text(encoding="utf-8")), merge_graphs([one.result.graph for one in from_results([folder])]))


@pytest.mark.parametrize("seed", sorted(CORPUS.glob("*.txt"))[:2], ids=lambda path: path.stem[:3])
def test_mermaid_draws_the_graph_of_a_directive(browser: Browser, seed: Path) -> None:
    graph = process(seed, rulebook()).graph
    assert len(graph.edges) > 3
    _same(drawn(browser, write_mermaid(graph).decode()), graph)


def _same(found: dict[str, Any], graph: Graph) -> None:
    names = [" ".join(plain(node.name).split()) for node in graph.nodes]
    assert sorted(found["nodes"]) == sorted(names)
    assert found["edges"] == len(graph.edges)
    weights = Counter(f"({len(edge.tasks)})" for edge in graph.edges)
    assert Counter(label[label.rindex("(") :] for label in found["labels"]) == weights
