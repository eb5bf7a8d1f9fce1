"""Joining and membership: applications, approval, filing, member numbers and cards."""
