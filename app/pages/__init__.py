"""Pages that belong to no domain: language and theme, help, privacy, accessibility, errors, the components on show."""
