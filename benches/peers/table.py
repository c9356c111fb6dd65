"""Prints what the runs cost, side by side."""

from statistics import median

from measure import Cost

_WIDTH = 26


def print_table(costs: dict[str, list[Cost]], count: int) -> None:
    """Prints minimum and median of the rounds; the ratios are medians of the ratios within a round."""
    head = ("cpu min", "median", "wall min", "median", "cpu/bundle", "peak", "cpu ratio", "wall ratio")
    units = ("ms", "ms", "ms", "ms", "ms", "MiB", "to first", "to first")
    _row("", head)
    _row("", units)
    first = next(iter(costs.values()))
    for name, rows in costs.items():
        cpu = [row.cpu * 1_000 for row in rows]
        wall = [row.wall * 1_000 for row in rows]
        cpu_ratio = median(row.cpu / base.cpu for row, base in zip(rows, first, strict=True))
        wall_ratio = median(row.wall / base.wall for row, base in zip(rows, first, strict=True))
        numbers = (min(cpu), median(cpu), min(wall), median(wall))
        peak = max(row.peak for row in rows)
        cells = [f"{number:,.1f}" for number in numbers]
        _row(name, (*cells, f"{min(cpu) / count:.3f}", f"{peak:,.1f}", f"{cpu_ratio:.2f}", f"{wall_ratio:.2f}"))
    print()


def print_marginal(minima: dict[int, dict[str, float]]) -> None:
    """Prints the CPU time of one more bundle: between the smallest and the largest count, start not counted."""
    if len(minima) < 2:
        return
    low, high = min(minima), max(minima)
    slopes = {name: (minima[high][name] - least) / (high - low) for name, least in minima[low].items()}
    first = next(iter(slopes.values()))
    print(f"CPU time of one more bundle, between N = {low:,} and N = {high:,} (minima)")
    _row("", ("ms", "to first"))
    for name, slope in slopes.items():
        _row(name, (f"{slope * 1_000:.3f}", f"{slope / first:.2f}"))


def _row(name: str, cells: tuple[str, ...]) -> None:
    print(f"{name:<{_WIDTH}}" + "".join(f"{cell:>12}" for cell in cells))
