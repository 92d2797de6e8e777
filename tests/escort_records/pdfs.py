"""What a PDF says, page by page."""

import pypdfium2


def pages_of(pdf: bytes) -> list[str]:
    """Give the text of each page; a ligature is its letters, and lines are joined."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    return [" ".join(text.replace("\ufb01", "fi").replace("\ufb02", "fl").split()) for text in found]
