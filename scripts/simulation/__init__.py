"""Assay on simulated nodes: what scripts/simulate is made of. Standard library only."""
