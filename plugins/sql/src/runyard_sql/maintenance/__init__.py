"""What ``runyard db`` tells of a database."""
