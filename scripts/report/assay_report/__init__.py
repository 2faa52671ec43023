"""Figures, a page, a PDF and tables from runs of Assay: of what run folders hold, nothing else."""
