"""The sizes of the inputs and outputs in an execution's history."""

from __future__ import annotations


def largest(history: list[dict]) -> tuple[int, str]:
    """Returns the bytes of the largest input or output of a state, and the state's name."""
    sizes = [(0, "none")]
    for event in history:
        for details in ("stateEnteredEventDetails", "stateExitedEventDetails"):
            state = event.get(details, {})
            sizes += [(len(state[side].encode()), state["name"]) for side in ("input", "output") if side in state]
    return max(sizes)
