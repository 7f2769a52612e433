from datetime import datetime, timedelta, date
import calendar

EVENTS = [
    ("Stand-up", "2024-05-06 09:00", 15),
    ("Review", "2024-05-06 09:10", 60),
    ("Lunch", "2024-05-07 12:00", 45),
    ("Trip", "2024-05-10 22:00", 60 * 30),
    ("Brunch", "2024-05-11 11:30", 90),
]

class Event:
    def __init__(self, name, start, minutes):
        self.name = name
        self.start = datetime.strptime(start, "%Y-%m-%d %H:%M")
        self.end = self.start + timedelta(minutes=minutes)
    def overlaps(self, other):
        return self.start < other.end and other.start < self.end

events = sorted((Event(*e) for e in EVENTS), key=lambda e: e.start)
for e in events:
    print(e.start.strftime("%a %d %b %H:%M"), "-", e.end.strftime("%a %H:%M"), e.name, e.end - e.start)
for i, a in enumerate(events):
    for b in events[i + 1:]:
        if a.overlaps(b):
            print("conflict:", a.name, "/", b.name)
free = timedelta(hours=8 * 5) - sum(((e.end - e.start) for e in events if e.start.weekday() < 5), timedelta())
print("free", free, free.total_seconds() / 3600)
print(calendar.month(2024, 2))
first = date(2024, 1, 1)
fridays = [first + timedelta(d) for d in range(366) if (first + timedelta(d)).weekday() == 4 and (first + timedelta(d)).day == 13]
print(fridays, [d.isoformat() for d in fridays])
