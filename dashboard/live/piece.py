"""A sentence with bold numbers as leaves."""

from collections.abc import Iterator


def pieces(place: str, text: str, most: int) -> Iterator[tuple[str, str]]:
    """A sentence with `**bold**` marks as a fixed number of leaves, every second one bold; a shorter sentence leaves the last empty.

    ValueError for a sentence that does not fit: nothing is cut off silently.
    """
    found = text.split("**")
    if len(found) > most:
        raise ValueError(f"the sentence {place} has {len(found)} pieces and room for {most}")
    for at in range(most):
        yield f"{place}.{at}", found[at] if at < len(found) else ""
