"""Draw the static pictures of the explorable figures, ``book/figures/*.png``, with the figures' own scripts.

    python book/figures/pictures.py

They are shown where scripts are off, and in print. Each is the figure as the page opens it, without its controls.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
STATIC = HERE.parent / "_static"
VENDOR = sorted((STATIC / "vendor").glob("*.js"), key=lambda path: not path.name.startswith("d3"))
NAMES = ("activation", "gradient-depth", "penalty-geometry", "dropout-mask", "dead-map")
WIDTH = 640


def page(name: str) -> str:
    """A page with nothing but the figure ``name``."""
    scripts = [*VENDOR, *(STATIC / "figures" / file for file in ("common.js", f"{name}.data.js", f"{name}.js"))]
    loads = "".join(f'<script defer src="{path.as_uri()}"></script>' for path in scripts if path.is_file())
    return (
        '<!doctype html><meta charset="utf-8">'
        f'<link rel="stylesheet" href="{(STATIC / "figures" / "figures.css").as_uri()}">{loads}'
        '<style>body { margin: 0; font: 16px "Noto Sans CJK SC", sans-serif }'
        ".explorable.on .picture { padding: 8px } .explorable :is(.controls, .said) { display: none }</style>"
        f'<figure class="explorable" style="margin: 0; width: {WIDTH}px">'
        f'<div class="live picture" data-figure="{name}"></div></figure>'
    )


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": WIDTH, "height": 900}, device_scale_factor=1.5)
        for name in NAMES:
            file = HERE / f"{name}.html"
            file.write_text(page(name), "utf-8")
            try:
                tab.goto(file.as_uri(), wait_until="networkidle")
                tab.locator(".picture").screenshot(path=HERE / f"{name}.png")
            finally:
                file.unlink()
        browser.close()


if __name__ == "__main__":
    main()
