"""How the heads in the box were made and measured; needs the `train` dependency group, never the run time."""
