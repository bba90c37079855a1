"""All stories, by their names."""

from benchmarks.chaos import deed_commands, deed_customer, deed_returns, deed_staff, deed_systems
from benchmarks.chaos.deed_story import Step, Story
from benchmarks.chaos.deed_world import WORLD

ALL = (
    *deed_customer.STORIES,
    *deed_returns.STORIES,
    *deed_staff.STORIES,
    *deed_systems.STORIES,
    *deed_commands.STORIES,
)
STORIES: dict[str, Story] = {one.name: one for one in (WORLD, *ALL)}

__all__ = ["ALL", "STORIES", "Step", "Story"]
