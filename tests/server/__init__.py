"""What serves the application: its bounds, each at its edge, on real sockets with a clock that is moved."""
