"""Both logs, written to real files and pipes."""
