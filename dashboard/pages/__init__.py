"""One file, one page, one address: each module here declares `page` and is found by walking."""
