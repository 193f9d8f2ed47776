"""The parts of the program that asks a server everything: each module has the questions of one subject."""
