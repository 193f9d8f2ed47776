"""The protocol between a server and its clients: messages and routes, one definition for both sides.

`runyard.rest.message` says how messages look on the wire, `runyard.rest.route` what a route is. Each other module has
the messages and the routes of one subject, and `runyard.rest.routes` has them all.
"""
