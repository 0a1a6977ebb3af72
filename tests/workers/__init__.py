"""Workers as processes, and the Faust apps they run, for tests that kill, stop and crowd them."""
