"""Chaos for items of DynamoDB: edits of posts, in functions without Postgres and Redis."""
