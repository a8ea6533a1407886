"""Makes c2cd a service of this host, and takes it away again, by a plan that is shown first."""
