"""A desk that is filled with made-up work, for trying out, screenshots and measuring."""
