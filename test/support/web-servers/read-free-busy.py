# Reads a calendar from standard input with vobject, and tells its free/busy as JSON.
import json
import sys

import vobject

calendar = vobject.readOne(sys.stdin.buffer.read().decode('utf-8'))
busy = calendar.vfreebusy
periods = []
for line in busy.contents.get('freebusy', []):
    for start, end in line.value:
        periods.append([line.params.get('FBTYPE', ['BUSY'])[0], start.isoformat(), (end if hasattr(end, 'isoformat') else start + end).isoformat()])
json.dump({'method': calendar.method.value, 'organizer': busy.organizer.value, 'url': busy.url.value,
           'start': busy.dtstart.value.isoformat(), 'end': busy.dtend.value.isoformat(), 'periods': periods}, sys.stdout)
