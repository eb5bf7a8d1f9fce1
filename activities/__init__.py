"""Activities of an organization: postings, shifts, and who signed up for them."""
