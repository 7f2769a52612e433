from datetime import date, datetime, timedelta

start = date(2024, 2, 27)
for n in range(4):
    day = start + timedelta(days=n)
    print(day.isoformat(), day.strftime("%d/%m/%Y"), day.weekday())
meeting = datetime(2024, 3, 1, 14, 30)
print(meeting - timedelta(hours=17, minutes=45), (date(2025, 1, 1) - start).days)
