"""What people see: pages on Dash behind a guarded front, live boards, an API, exports; every number asked of `metrics`."""
