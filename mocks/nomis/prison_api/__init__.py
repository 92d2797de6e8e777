"""Prison API: users, agencies, bookings, care needs, assessments, movements and reference data."""
