"""What pages weigh: bytes over the wire, what packing them costs, Lighthouse's marks, what of them nobody uses."""
