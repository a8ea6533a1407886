"""Set-up on hosts of temporary folders, with the commands that would touch the machine played."""
