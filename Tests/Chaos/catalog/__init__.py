"""Chaos for datasets: a source that changes, definitions that read it, and what must be in their tables."""
