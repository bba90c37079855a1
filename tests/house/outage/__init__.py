"""What was acknowledged is kept, and all heals by itself, while parts of the portal are away."""
