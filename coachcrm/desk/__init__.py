"""What the coach sees: pages and acts that gather several rooms."""
