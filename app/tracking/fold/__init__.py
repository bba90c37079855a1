"""From scans to the state of a parcel: order, legs, milestones, timeline, and the job that folds."""
