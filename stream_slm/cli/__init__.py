"""The command line `stream-slm`."""
