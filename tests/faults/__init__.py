"""Faults on every change: hostile deliveries, altered data folders. ``bench.faults`` runs thousands."""
