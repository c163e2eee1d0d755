"""Code labs: students’ functions run in a sandbox; tests and points never leave a process that trusts nobody."""
