"""Drop-off points: where a parcel can be handed over, nearest first."""
