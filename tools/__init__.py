"""Programs for people who build and run the system; the application never imports them."""
