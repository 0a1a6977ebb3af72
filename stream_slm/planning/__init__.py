"""How many workers a load needs: what a record costs on this machine, and a queueing model over it."""
