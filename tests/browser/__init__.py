"""Debian's Chromium at pages that carry a button, and at the console."""
