"""Files that leave the system: neutral cells, a mark in each file, sealed while they lie here."""
