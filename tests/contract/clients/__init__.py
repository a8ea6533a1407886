"""Public clients of Kazoo, as they are published: each goes through a button's life in its own process.

    python -m tests.contract.clients.pykazoo_client URL API-KEY ACCOUNT

They print, as JSON, what the client gave back at each step.
"""
