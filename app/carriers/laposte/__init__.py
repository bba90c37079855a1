"""La Poste and Colissimo."""
