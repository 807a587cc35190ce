"""Correct example services, one per protocol: what a check must pass, and what its proof damages."""
