from calendar import isleap, monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone

day = date(2024, 2, 29)
print(day, day.isoformat(), day.weekday(), day.isocalendar(), day.replace(year=2028), day + timedelta(days=366), day.toordinal(), day.strftime("%d.%m.%y %j %U %a %B"))
moment = datetime(2024, 12, 31, 23, 59, 58, 123456, tzinfo=timezone(timedelta(hours=-5, minutes=-30)))
print(moment, moment.astimezone(UTC), moment.timestamp(), moment.utcoffset(), repr(moment.time()), f"{moment:%Y-%m-%dT%H:%M:%S.%f%z}")
print(datetime.fromisoformat("2024-03-10T01:02:03+02:00"), datetime.strptime("5 Mar 2023 04:05", "%d %b %Y %H:%M"), date.fromisoformat("20240301"), time(1, 2).isoformat("seconds"))
gap = datetime(2025, 1, 1) - datetime(2024, 1, 1, 12)
print(gap, gap.total_seconds(), gap / 2, gap // timedelta(days=7), divmod(gap, timedelta(weeks=5)), -timedelta(seconds=1), timedelta(hours=1.5), abs(timedelta(-1)), repr(timedelta(1, 2, 3)))
print(isleap(1900), monthrange(2023, 2), datetime.min, date.max, max(day, date(2023, 1, 1)), datetime(1, 1, 1) < datetime(1, 1, 2), sorted([date(2, 1, 1), date(1, 1, 1)])[0])
print([(day + timedelta(n)).strftime("%a") for n in range(7)], datetime.fromtimestamp(0, UTC))
