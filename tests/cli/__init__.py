"""The commands, as processes of their own: what they print, how they end, and what they leave behind."""
