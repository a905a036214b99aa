"""The command line: a command reads options, opens an emulator, calls one method, writes, and gives the exit code."""
