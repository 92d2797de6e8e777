"""What a dPER or youth risk assessment asks, and when it is complete: pure functions of questions and answers."""
