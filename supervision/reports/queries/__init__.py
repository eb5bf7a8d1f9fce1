"""What reports and evaluations read."""
