"""The parts of the program that uses a server: each module has the steps of one subject."""
