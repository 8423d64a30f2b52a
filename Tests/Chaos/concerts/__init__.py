"""Chaos for concerts: two APIs, a table for each kind of record, a stream with its reader, and the processed zone."""
