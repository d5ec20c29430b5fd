"""The badge and the picture of coverage, as SVG. The same figures give the same bytes."""

from collections.abc import Mapping

from tests.measures.coverage_figures import Share

FONT = 'font-family="Verdana, DejaVu Sans, sans-serif"'
COLOURS = ((950, "#2e7d32"), (800, "#b26a00"), (0, "#c62828"))
"""From how many thousandths on which colour says it."""
ROW, TOP, LEFT, BAR, WIDTH = 20, 34, 220, 320, 640
"""Pixels: the height of a row, where the first begins, where bars begin, how long 100 % is, the whole."""


def badge(share: Share) -> str:
    """A label of one line, with the percentage rounded down."""
    said = f"{share.per_mille // 10}%"
    return _lines(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="110" height="20" role="img" {FONT} font-size="11">',
        f"<title>coverage: {said}</title>",
        '<rect width="110" height="20" rx="3" fill="#444"/>',
        f'<path d="M66 0h41a3 3 0 0 1 3 3v14a3 3 0 0 1 -3 3h-41z" fill="{_colour(share)}"/>',
        '<text x="33" y="14" fill="#fff" text-anchor="middle">coverage</text>',
        f'<text x="88" y="14" fill="#fff" text-anchor="middle">{said}</text>',
        "</svg>",
    )


def packages(parts: Mapping[str, Share], everything: Share) -> str:
    """A bar for each package, with a thinner one for each of its folders below it."""
    height = TOP + ROW * len(parts) + 10
    rows = [line for place, (name, share) in enumerate(parts.items()) for line in _row(place, name, share)]
    return _lines(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" role="img" {FONT} '
        'font-size="12" fill="#222">',
        f"<title>Lines and branches that the tests run: {everything}</title>",
        f'<rect width="{WIDTH}" height="{height}" rx="6" fill="#fff"/>',
        f'<text x="12" y="22" font-weight="bold">Lines and branches that the tests run: {everything}</text>',
        *rows,
        "</svg>",
    )


def _row(place: int, name: str, share: Share) -> tuple[str, ...]:
    package, _, folder = name.partition("/")
    indent, weight, thickness = (28, "normal", 8) if folder else (12, "bold", 12)
    top = TOP + ROW * place
    bar_top = top + (ROW - thickness) // 2
    covered = BAR * share.per_mille // 1000
    return (
        f'<text x="{indent}" y="{top + 14}" font-weight="{weight}">{folder or package}</text>',
        f'<rect x="{LEFT}" y="{bar_top}" width="{BAR}" height="{thickness}" fill="#ddd"/>',
        f'<rect x="{LEFT}" y="{bar_top}" width="{covered}" height="{thickness}" fill="{_colour(share)}"/>',
        f'<text x="{WIDTH - 12}" y="{top + 14}" font-weight="{weight}" text-anchor="end">{share}</text>',
    )


def _colour(share: Share) -> str:
    return next(colour for since, colour in COLOURS if share.per_mille >= since)


def _lines(*lines: str) -> str:
    return "\n".join(lines) + "\n"
