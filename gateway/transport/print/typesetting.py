"""A program of its own: reads a page as HTML from its input, sets it, and writes it as PDF to its output.

It runs apart from the gateway, in `python -I` and without an environment: the engine is not Python, and what is wrong
with one page must not stop the others' requests. It fetches nothing but the two fonts beside this file.
"""

import sys
from pathlib import Path
from typing import Final

import plutoprint

_FILES: Final = {
    "font:regular": "DejaVuSansCondensed.ttf",
    "font:bold": "DejaVuSansCondensed-Bold.ttf",
}
"""Those that `pdf.FACES` names."""


class FontsAlone(plutoprint.ResourceFetcher):
    """Hands out the fonts; whatever else a page names is not there."""

    def fetch_url(self, url: str) -> plutoprint.ResourceData:
        name = _FILES.get(url)
        if name is None:
            raise FileNotFoundError(url)
        return plutoprint.ResourceData((Path(__file__).parent / "fonts" / name).read_bytes(), "font/ttf")


def main() -> None:
    book = plutoprint.Book(plutoprint.PAGE_SIZE_A4, plutoprint.PAGE_MARGINS_NONE, plutoprint.MEDIA_TYPE_PRINT)
    book.custom_resource_fetcher = FontsAlone()
    book.load_html(sys.stdin.buffer.read().decode())
    book.write_to_pdf_stream(sys.stdout.buffer)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
