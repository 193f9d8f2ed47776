"""Automatic logging: the contract of autologgers, the engine that they stand on, and the switch for all of them."""
