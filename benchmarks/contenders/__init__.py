"""What is measured: ours, and what a user would write instead; each a process of its own, told by environment."""
