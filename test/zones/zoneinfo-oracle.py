# The second opinion on zones: reads one JSON object a line ({"zone", "instants", "locals"}) and writes, a line each, the offsets
# Python's zoneinfo has at these instants, and the instants it makes of these local times (fold 0: the first of two, and the
# offset before a gap). Local times are seconds since 1970 on the clock.
import json
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1)

for line in sys.stdin:
    job = json.loads(line)
    zone = ZoneInfo(job["zone"])
    offsets = []
    for instant in job["instants"]:
        time = (EPOCH + timedelta(seconds=instant)).replace(tzinfo=timezone.utc).astimezone(zone)
        offsets.append(round(time.utcoffset().total_seconds()))
    instants = []
    for local in job["locals"]:
        time = (EPOCH + timedelta(seconds=local)).replace(tzinfo=zone)
        instants.append(local - round(time.utcoffset().total_seconds()))
    print(json.dumps({"offsets": offsets, "instants": instants}))
