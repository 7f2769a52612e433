"""Sandboxes to build in; of the pipeline, may import errors and store."""
