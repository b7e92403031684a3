"""The handbook: pages in Markdown that live in Git, at hand where the work is."""
