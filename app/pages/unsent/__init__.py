"""What people typed and no view has taken: pages that answer a form, and forms of ended sessions."""
