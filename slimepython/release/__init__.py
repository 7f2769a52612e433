"""What a release offers and which of it fits: manifests, this machine, resolution; imports errors only."""
