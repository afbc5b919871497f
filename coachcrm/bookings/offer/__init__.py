"""What can be booked: the coach's practice, the diary, and the free times that they make."""
