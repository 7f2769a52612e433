"""From a probed output folder to an archive and a manifest entry; may import everything before it."""
