"""coachcrm: the booking and client system of an independent interview coach."""

import zoneinfo

# The rules of the world's clocks come from the package tzdata, as their names do: a machine's own
# copy is as old as the machine. This runs before every other module of the program, and holds for
# the libraries too; what was read before is read again.
zoneinfo.reset_tzpath(())
zoneinfo.ZoneInfo.clear_cache()
