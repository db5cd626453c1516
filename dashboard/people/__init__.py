"""People: who they are (`people`), how they sign in (`door`, `openid`), what administrators decide (`administration`, `command`)."""
