"""One file per rule: what is wrong, why, what to do instead, and the check. ``catalogue.py`` lists them."""
