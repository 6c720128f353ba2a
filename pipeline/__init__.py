"""The verbs of giaoviec: read, outline, extract, coordinate, emit (pipeline/run.py shows them in order)."""
