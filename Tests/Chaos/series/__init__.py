"""Chaos for time series: versions in S3 and their projections, in functions without Postgres and Redis."""
