"""The trials themselves: the judge notices what it is there for, the stand-ins are true to their models."""
