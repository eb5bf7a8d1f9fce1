"""Monthly and yearly reports that are frozen, yearly evaluations, and tables as files."""
