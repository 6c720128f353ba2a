"""Take the pictures of docs/images: the review page, really served, with the directives of corpus/ dropped into it, in Debian's Chromium.

    .venv/bin/python scripts/screenshots.py [folder]

Dates on the pictures count from the day they are taken. Each picture is 1366 × 768, reduced to a palette and to less than 150 KB.
"""

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Page, ViewportSize, expect, sync_playwright

ROOT: Final = Path(__file__).parent.parent
PICTURES: Final = ROOT / "docs" / "images"
SEEDS: Final = tuple(sorted((ROOT / "corpus").glob("*.txt")))
SIZE: Final[ViewportSize] = {"width": 1366, "height": 768}
CLERK: Final = {"LOGNAME": "nguyen.lan", "TZ": "Asia/Ho_Chi_Minh", "GIAOVIEC_LANG": "vi"}
"""Who sits at the machine, and where it stands."""
MOST_BYTES: Final = 150_000
SIGNED, SHOWN = SEEDS[0].name, SEEDS[3].name
"""The directive that is signed off, and the one that the pictures of the document page show."""


def fill(page: Page, url: str) -> None:
    """Drop the directives into the inbox, wait until they are read, sign the shortest off."""
    page.goto(f"{url}van-ban")
    for seed in SEEDS:  # one after the other: each is numbered in the order of the corpus
        page.set_input_files("#tep", seed)
        expect(page.locator("table.documents", has_text=seed.name)).to_be_visible(timeout=60_000)
    expect(page.locator("tr[data-state=review]")).to_have_count(len(SEEDS), timeout=120_000)
    open_document(page, url, SIGNED)
    page.get_by_role("button", name="hàng đang hiện").click()
    expect(page.locator('.task[data-review="open"]')).to_have_count(0)
    page.locator("#ky-duyet").click()
    page.get_by_role("button", name="Ký duyệt").click()
    expect(page.get_by_role("button", name="Mở ký duyệt để sửa")).to_be_visible()


def open_document(page: Page, url: str, name: str) -> None:
    page.goto(f"{url}van-ban")
    page.locator("tr", has_text=name).locator("a.title").click()
    page.wait_for_url("**/van-ban/*", wait_until="load")


def inbox(page: Page, url: str) -> None:
    page.goto(f"{url}van-ban")


def document(page: Page, url: str) -> None:
    open_document(page, url, SHOWN)
    for key in ("F8", "Enter", "Enter"):  # the first two that want a look are approved, the third is selected
        page.keyboard.press(key)
    expect(page.locator('.task[data-review="approved"]')).to_have_count(2)
    expect(page.locator(".task.saving")).to_have_count(0)


def editing(page: Page, url: str) -> None:
    page.keyboard.press("F2")
    page.locator(".drawer [name=han-chu]").first.fill("quý I/2027")
    expect(page.locator(".drawer")).to_contain_text("hiểu là")
    page.locator(".drawer").scroll_into_view_if_needed()


def register(page: Page, url: str) -> None:
    page.goto(f"{url}nhiem-vu?tim=ke+hoach&sap-xep=han")


def unit(page: Page, url: str) -> None:
    page.goto(f"{url}don-vi")
    page.locator("main table th a", has_text="Phòng Giáo dục").first.click()
    page.wait_for_url("**/don-vi/*", wait_until="load")


def timeline(page: Page, url: str) -> None:
    page.goto(f"{url}thoi-han")


def graph(page: Page, url: str) -> None:
    page.goto(f"{url}phoi-hop?it-nhat=9")
    expect(page.locator("#so-do canvas").first).to_be_visible()
    page.locator("#so-do").focus()
    page.keyboard.press("PageDown")
    page.keyboard.press("Enter")
    expect(page.locator("#viec")).to_be_visible()
    page.locator("#so-do").press("0")


def dashboard(page: Page, url: str) -> None:
    page.goto(url)


SCENES: Final[tuple[tuple[str, Callable[[Page, str], None]], ...]] = (
    ("inbox", inbox),
    ("document", document),
    ("editing", editing),
    ("register", register),
    ("unit", unit),
    ("timeline", timeline),
    ("graph", graph),
    ("dashboard", dashboard),
)


def reduce(png: bytes) -> bytes:
    """Return the picture with a palette that has the rare colours, too: those of marks and of lines in a legend."""
    whole = Image.open(io.BytesIO(png)).convert("RGB")
    palette = whole.quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE)
    out = io.BytesIO()
    palette.save(out, "PNG", optimize=True)
    if out.tell() >= MOST_BYTES:
        raise ValueError(f"a picture of {out.tell()} bytes is more than {MOST_BYTES}")
    return out.getvalue()


def main(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        giaoviec = str(Path(sys.executable).with_name("giaoviec"))
        command = [giaoviec, "serve", "--port", "0", "--json", "--store", str(Path(place, "giaoviec.db"))]
        server = subprocess.Popen(command, cwd=place, env=os.environ | CLERK, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout
            url = json.loads("".join(iter(server.stdout.readline, "}\n")) + "}")["url"]
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
                page = browser.new_context(viewport=SIZE, locale="vi-VN", timezone_id=CLERK["TZ"]).new_page()
                fill(page, url)
                for name, scene in SCENES:
                    scene(page, url)
                    page.wait_for_load_state("networkidle")
                    page.wait_for_timeout(300)  # what moves has come to rest
                    picture = reduce(page.screenshot())
                    (folder / f"{name}.png").write_bytes(picture)
                    print(f"{name}.png: {len(picture):,} bytes")
                browser.close()
        finally:
            server.terminate()
            server.wait(20)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES))
