"""The parts of the local stack: each knows how to start, how to tell that it is ready, and how to stop."""
