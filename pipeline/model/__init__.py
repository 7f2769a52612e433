"""What the project's files mean, as frozen typed models; no I/O, may import `pipeline.errors` only."""
