"""Takes the pictures of printed dPERs, from the PDFs that the gateway makes: `python docs/print_pictures.py`."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pypdfium2
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))

from gateway.domain.printed_records import PrintedRecord
from gateway.transport.print.pages import html_page
from gateway.transport.print.pdf import FACES, PdfPrinter
from tests.escort_records.printed import empty, typical, very_long

FOLDER: Final = Path(__file__).parent
PICTURES: Final[tuple[tuple[str, Callable[[], PrintedRecord], Sequence[int]], ...]] = (
    ("per-print-empty.png", empty, (0,)),
    ("per-print-typical.png", typical, (0, 1, 2)),
    ("per-print-very-long.png", very_long, (0, 1, -6, -1)),
)
"""Each with the record that it shows, and which of its pages."""
SCALE: Final = 1.0
GREYS: Final = 16


def picture(pdf: bytes, numbers: Sequence[int]) -> Image.Image:
    """Lay pages side by side."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [document[number % len(document)].render(scale=SCALE).to_pil() for number in numbers]
    document.close()
    width, height = pages[0].size
    sheet = Image.new("L", ((width + 8) * len(pages) - 8, height), 96)
    for place, page in enumerate(pages):
        sheet.paste(page.convert("L"), (place * (width + 8), 0))
    return sheet.quantize(GREYS)


async def main() -> None:
    printer = PdfPrinter()
    for name, made, numbers in PICTURES:
        pdf = await printer.pdf(html_page(made(), faces=FACES))
        picture(pdf, numbers).save(FOLDER / name, optimize=True)


if __name__ == "__main__":
    asyncio.run(main())
