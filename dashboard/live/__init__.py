"""The Live page: what a board holds, how it is asked, and which of its leaves changed."""
