"""The catalogue of events as declared data, the check of their details, and who may record which."""
