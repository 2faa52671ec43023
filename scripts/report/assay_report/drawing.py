"""A finished figure: what it is called, what it says, and both of its forms."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from matplotlib.figure import Figure


@dataclass(frozen=True)
class Drawing:
    name: str  # of its files, without what a run could put there
    title: str
    caption: str
    png: bytes
    svg: str


def drawing(name: str, title: str, caption: str, drawn: Figure) -> Drawing:
    png, svg = io.BytesIO(), io.StringIO()
    with warnings.catch_warnings():
        # A name in a writing that the font lacks is drawn as boxes; in the SVG it is text.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        drawn.savefig(png, format="png")
        drawn.savefig(svg, format="svg", metadata={"Date": None})
    return Drawing(name, title, caption, png.getvalue(), svg.getvalue())
