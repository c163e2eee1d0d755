"""From executed notebooks to the site: `python -m tools.site html`."""
