"""The returns policy for admins: rules in words, fields, an example, past returns under a draft, versions."""
