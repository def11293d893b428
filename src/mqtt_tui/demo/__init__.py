"""A broker and a site to look at without having either."""
