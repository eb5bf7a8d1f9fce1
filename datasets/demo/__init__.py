"""A small demonstration, built through the operations of the product (security.md T2).

The same day gives the same people, posts, applications and hours; only codes and keys are random.
Everybody in it is made up: names begin with 演示, ID numbers lie in a region that does not exist,
phones in a block of their own.
"""
