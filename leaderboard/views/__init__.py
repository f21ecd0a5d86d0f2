"""Public pages of the leaderboard, by noun. Each is the same for every reader."""
