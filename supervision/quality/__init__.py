"""The data quality desk: what is missing, wrong, double or old, and lists to put it right."""
