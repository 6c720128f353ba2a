"""Copy the libraries of the review page from node_modules into the program, with their licences and a list of SHA-256 sums.

    npm ci --ignore-scripts && python scripts/vendor.py

The copies are checked in, so that nobody who installs the program needs Node, and nothing is fetched when it runs.
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PLACE = ROOT / "pipeline" / "review" / "static" / "vendor"
FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "htmx.LICENSE.txt",
    "cytoscape/dist/cytoscape.min.js": "cytoscape.min.js",
    "cytoscape/LICENSE": "cytoscape.LICENSE.txt",
}


def main() -> int:
    PLACE.mkdir(parents=True, exist_ok=True)
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    sums = []
    for source, name in FILES.items():
        package = source.split("/")[0]
        found = json.loads((ROOT / "node_modules" / package / "package.json").read_text(encoding="utf-8"))["version"]
        if found != wanted[package]:
            print(f"{package}: {wanted[package]} is wanted, {found} is there. Run: npm ci --ignore-scripts", file=sys.stderr)
            return 1
        shutil.copyfile(ROOT / "node_modules" / source, PLACE / name)
        sums.append(f"{hashlib.sha256((PLACE / name).read_bytes()).hexdigest()}  {name}  {package} {found}\n")
    (PLACE / "SHA256SUMS").write_text("".join(sums), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
