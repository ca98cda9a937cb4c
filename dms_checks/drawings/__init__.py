"""Ways to draw a picture: each takes one and gives a text."""
