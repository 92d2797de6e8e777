"""What may be booked: by whom, from where to where, when, for whom, and with what."""
