"""The six steps: job searches, applications, feedback, themes and what is made of them."""
