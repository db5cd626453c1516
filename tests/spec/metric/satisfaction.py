"""What customers think, said a second time."""

from __future__ import annotations

from tests.spec.metric_asked import Answer, Asked, proportion


def csat(asked: Asked) -> Answer:
    satisfied = {5: {4, 5}, 7: {6, 7}, 10: {9, 10}}
    answers = [
        row
        for row in asked.inside("rating", "given_at")
        if row["instrument"] == "csat" and row["scale"] in satisfied and 0 <= row["score"] <= row["scale"]
    ]
    return proportion(sum(row["score"] in satisfied[row["scale"]] for row in answers), len(answers))
