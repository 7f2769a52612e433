"""Plots as SVG beside the figures; may import matplotlib, which nothing else needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path


def lines(path: Path, title: str, axes: tuple[str, str], series: Mapping[str, Sequence[tuple[float, float]]]) -> None:
    """Ratios over counts: logarithmic both ways, with a line at 1. The same figures give the same bytes."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    with mpl.rc_context({"svg.hashsalt": "slimepython", "svg.fonttype": "none", "font.size": 10}):
        figure, axis = plt.subplots(figsize=(8, 5), layout="constrained")
        for name, points in series.items():
            axis.plot([x for x, _ in points], [y for _, y in points], marker="o", markersize=4, label=name)
        axis.axhline(1, color="grey", linewidth=1, linestyle="--")
        axis.set(xscale="log", yscale="log", title=title, xlabel=axes[0], ylabel=axes[1])
        axis.yaxis.set_major_formatter("{x:g}×")
        axis.grid(visible=True, which="major", alpha=0.3)
        axis.legend()
        _save(path, figure)


def bars(path: Path, title: str, label: str, names: Sequence[str], series: Mapping[str, Sequence[float]]) -> None:
    """Ratios by workload, a bar for each runner, on a logarithmic axis with a line at 1."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    with mpl.rc_context({"svg.hashsalt": "slimepython", "svg.fonttype": "none", "font.size": 10}):
        figure, axis = plt.subplots(figsize=(11, 5), layout="constrained")
        width = 0.8 / max(len(series), 1)
        for index, (name, values) in enumerate(series.items()):
            places = [place + index * width - 0.4 + width / 2 for place in range(len(names))]
            # From 1, so that faster hangs down and slower stands up.
            axis.bar(places, [value - 1 for value in values], width, bottom=1, label=name)
        axis.axhline(1, color="black", linewidth=1)
        axis.set(yscale="log", title=title, ylabel=label)
        axis.yaxis.set_major_formatter("{x:g}×")
        axis.set_xticks(range(len(names)), names, rotation=30, ha="right")
        axis.grid(visible=True, axis="y", alpha=0.3)
        axis.legend(ncols=3)
        _save(path, figure)


def _save(path: Path, figure: object) -> None:
    from matplotlib import pyplot as plt
    from matplotlib.figure import Figure

    assert isinstance(figure, Figure)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="svg", metadata={"Date": None})
    plt.close(figure)
