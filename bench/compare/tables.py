"""Markdown tables of medians, with ratios to a base."""
import math

# a ratio of these says nothing
PLAIN = ("failed", "lost", "bad", "established", "alive", "shared/alone", "shared/beside")
# in the JSON, and too much for a table
HIDDEN = (" user-", " sys-")
NOTHING = "–"


def of_case(title, medians, base):
    columns = []
    for row in medians.values():
        columns += [column for column in row if column not in columns and not any(part in column for part in HIDDEN)]
    rows = {name: [cell(row.get(column), medians.get(base, {}).get(column), column, name == base) for column in columns]
            for name, row in medians.items()}
    return f"### {title}\n\n" + markdown(["", *columns], [[name, *cells] for name, cells in rows.items()])


def cell(value, base, column, is_base):
    if value is None or math.isnan(value):
        return NOTHING
    if is_base or column in PLAIN or not base or math.isnan(base):
        return number(value)
    return f"{number(value)} (×{value / base:.2f})"


def number(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def markdown(head, rows):
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
