"""The ways in: HTTP and the `waitline` command. Authenticate, parse, call, translate errors."""
