"""Services that stand in for systems that cannot run here: NOMIS and the suppliers."""
