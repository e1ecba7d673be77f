"""Measurements, as ratios made in one run; never part of the tests."""
