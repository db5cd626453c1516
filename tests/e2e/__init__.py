"""Through a real browser: a server of its own, and Chromium."""
