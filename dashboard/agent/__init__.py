"""Agent time on screen: tables of teams and agents, one agent's day, and what is drawn of both."""
