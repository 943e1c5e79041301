"""Draw the picture that messengers show beside a link to the site: python book/draw_social.py."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.font_manager import FontProperties

ROOT = Path(__file__).resolve().parent.parent
FONT = FontProperties(fname=ROOT / "source_notebooks" / "labkit_font.otf")
TARGET = ROOT / "book" / "_static" / "icons" / "social.png"


def draw() -> None:
    figure = plt.figure(figsize=(12, 6.3), dpi=100, facecolor="#0b5fad")
    figure.text(0.07, 0.56, "激活函数与正则化", fontproperties=FONT, fontsize=62, color="white")
    figure.text(0.07, 0.40, "自己动手的深度学习实验课", fontproperties=FONT, fontsize=30, color="#d7e8f8")
    figure.text(0.07, 0.12, "六个实验　五章理论　自动批改", fontproperties=FONT, fontsize=22, color="#d7e8f8")
    axes = figure.add_axes((0.66, 0.08, 0.3, 0.4))
    axes.set_axis_off()
    x = np.linspace(-2, 2, 5)
    axes.plot(x, np.maximum(x, 0), color="white", linewidth=12, solid_capstyle="round", solid_joinstyle="round")
    figure.savefig(TARGET, metadata={"Software": None})


if __name__ == "__main__":
    draw()
