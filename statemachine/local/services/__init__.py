"""The services of the local stack: each can start, report that it is ready, and stop."""
