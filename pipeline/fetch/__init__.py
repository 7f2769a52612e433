"""Pinned inputs from wherever their bytes may be had, verified; may import what stands before it."""
