"""The paper of a return: label as PDF and ZPL, packing slip, and the code to show with no printer."""
