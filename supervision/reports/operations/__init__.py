"""What is done with reports and evaluations."""
