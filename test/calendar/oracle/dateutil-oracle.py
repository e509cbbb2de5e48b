# The second opinion on recurrence rules: reads one JSON object a line ({"start", "rule", "most", "zones"}) and writes, a line
# each: how the search ended, the local times that python3-dateutil found, and for each zone the instants that zoneinfo makes of
# them, with the one up to which no later time can come in between (a local time in a gap of the clock moves behind others).
import json
import signal
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

# Seconds of processor time for one rule.
LIMIT = 0.03


class Timeout(Exception):
    pass


def give_up(*_):
    raise Timeout


signal.signal(signal.SIGVTALRM, give_up)


def find(job, found):
    start = datetime.strptime(job["start"], "%Y%m%dT%H%M%S")
    for time in rrulestr(job["rule"], dtstart=start):
        found.append(time)
        if len(found) >= job["most"]:
            break


def convert(found, name):
    zone = ZoneInfo(name)
    instants = [round(time.replace(tzinfo=zone).timestamp()) for time in found]
    sure = None
    for time, instant in zip(found, instants):
        if datetime.fromtimestamp(instant, zone).replace(tzinfo=None) == time:
            sure = instant
    return {"instants": instants, "sure": sure}


for line in sys.stdin:
    job = json.loads(line)
    found = []
    ended = "done"
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT)
        find(job, found)
    except Timeout:
        ended = "timeout"
    except Exception as error:
        ended = repr(error)
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    locals_ = [time.strftime("%Y%m%dT%H%M%S").rjust(15, "0") for time in found]
    zones = [convert(found, name) for name in job["zones"]]
    print(json.dumps({"ended": ended, "locals": locals_, "zones": zones}))
