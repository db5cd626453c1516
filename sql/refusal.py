"""What a store refuses, in words: apart from the door, so that a command can say it without an engine."""

from __future__ import annotations


class StoreError(Exception):
    """The engine refused. The message is ours: messages of the engine quote values and are kept off screens and logs."""

    def __init__(self, sentence: str, code: int | None = None) -> None:
        super().__init__(sentence)
        self.code = code


class TooMuch(StoreError):
    """A question needs more memory or time than it may take."""


class StoreHeld(StoreError):
    """Another process holds the folder of the embedded engine."""
