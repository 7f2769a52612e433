"""Screens: events and reports for people and programs; may be imported by `pipeline.cli` only."""
