"""Meaning: every number is declared once, asked one way, and answered with its numerator and denominator."""
