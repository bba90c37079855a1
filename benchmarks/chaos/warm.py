"""What the server of children has loaded before it makes the first one."""

from benchmarks.chaos.scene import portal

portal()
