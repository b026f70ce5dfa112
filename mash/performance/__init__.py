"""Figures across all apps, and the tools that measure the product: synthetic data, benchmarks, faults."""
