"""Asterisk, over AMI: a link that is kept up, orders out, typed events in; and a simulated switch."""
