"""The loss plot of a training, as an SVG that needs no library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

WIDTH, HEIGHT, MARGIN = 720, 300, 44


def loss_plot(rows: Sequence[Mapping[str, float]]) -> str:
    """Loss of the next piece (left scale, 0 to 6) and share of pieces right (right scale, 0 to 1) over the steps."""
    last = max(row["step"] for row in rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="11">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _y(share)
        parts += [
            f'<line x1="{MARGIN}" y1="{y:.1f}" x2="{WIDTH - MARGIN}" y2="{y:.1f}" stroke="#ddd"/>',
            f'<text x="6" y="{y + 4:.1f}" fill="#b3261e">{6 * share:.1f}</text>',
            f'<text x="{WIDTH - MARGIN + 6}" y="{y + 4:.1f}" fill="#1a5fb4">{share:.2f}</text>',
        ]
    for name, scale, colour in (("piece", 6.0, "#b3261e"), ("right", 1.0, "#1a5fb4")):
        points = " ".join(
            f"{MARGIN + row['step'] / last * (WIDTH - 2 * MARGIN):.1f},{_y(min(row[name] / scale, 1.0)):.1f}"
            for row in rows
        )
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.2"/>')
    middle = WIDTH / 2
    parts.append(
        f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">steps (0 to {last:.0f}): loss of the next piece (red), '
        f"share of pieces right (blue)</text></svg>"
    )
    return "\n".join(parts) + "\n"


def _y(share: float) -> float:
    return HEIGHT - MARGIN - share * (HEIGHT - MARGIN - 16)
