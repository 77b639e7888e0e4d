"""Figures: as SVG inside pages, as PNG and SVG for papers."""
