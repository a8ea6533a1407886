"""The real-switch lab: Asterisk 16 and 22 on loopback, with phones that do as they are told.

Nothing here imports c2cd: what a test learns in the lab, it learns from Asterisk and from the phones.
"""
