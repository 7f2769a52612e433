"""Tests of the whole builder: small real recipes through the command line, in real sandboxes."""
