"""The yearly evaluation of cities and counties by weighted indicators; never of persons."""
