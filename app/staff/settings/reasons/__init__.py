"""The reasons for returns for admins: words, questions, groups and order."""
