"""One file per command: its options, and the call that it makes. What a command needs is imported when it runs."""
