"""Benchmarks; most figures are ratios of two measurements in one run. No test runs them."""
