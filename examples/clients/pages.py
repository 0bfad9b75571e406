"""Compares the pages in docs/clients with the examples.

    pages.py code               compares each block after <!-- file: PATH --> with that file
    pages.py output NAME FILE   compares the block after <!-- output: NAME --> with FILE
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def blocks(kind):
    """Yields the page, the label, and the content of each fenced block that such a comment precedes."""
    for page in sorted((ROOT / "docs").rglob("*.md")):
        pattern = rf"^<!-- {kind}: (\S+) -->\n```[^\n]*\n(.*?)^```$"
        for label, content in re.findall(pattern, page.read_text(), re.MULTILINE | re.DOTALL):
            yield page.relative_to(ROOT), label, content


def compare(page, label, shown, actual):
    """Reports whether the page shows the actual text."""
    if shown == actual:
        return True
    print(f"{page}: the block for {label} differs", file=sys.stderr)
    return False


if sys.argv[1:] == ["code"]:
    results = [
        compare(page, path, content, (ROOT / path).read_text()) for page, path, content in blocks("file")
    ]
elif sys.argv[1:2] == ["output"] and len(sys.argv) == 4:
    name, file = sys.argv[2:]
    actual = pathlib.Path(file).read_text()
    results = [
        compare(page, name, content, actual) for page, label, content in blocks("output") if label == name
    ]
else:
    sys.exit(__doc__)

sys.exit(0 if results and all(results) else 1)
