from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

try:
    for name in ("Europe/Berlin", "America/New_York"):
        moment = datetime(2024, 7, 1, 12, tzinfo=ZoneInfo(name))
        print(moment, moment.tzname(), moment.dst())
except ZoneInfoNotFoundError:
    print("no tables here")
