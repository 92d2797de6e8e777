"""The printed page of a dPER: as HTML, as PDF, and the routes that serve both."""
