"""Tests of the store with real crashes, full disks and several processes."""
