"""From the project's YAML files to checked models; may import `pipeline.model` and `pipeline.errors`."""
