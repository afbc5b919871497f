"""The web server: processes of gunicorn, in each the threads of waitress, limits of our own."""
