students = {
    "Ana": {"math": [90, 85, 77], "art": [100, 95], "sport": [60]},
    "Ben": {"math": [55, 61, 70], "art": [72, 80], "sport": [98]},
    "Chi": {"math": [100, 98, 99], "art": [65, 70], "sport": [75]},
}

def mean(xs): return sum(xs) / len(xs)

def letter(score):
    for limit, grade in [(90, "A"), (80, "B"), (70, "C"), (60, "D")]:
        if score >= limit:
            return grade
    return "F"

table = {name: {subject: mean(marks) for subject, marks in subjects.items()} for name, subjects in students.items()}
subjects = list(next(iter(students.values())))
print("name".ljust(6) + "".join(s.rjust(8) for s in subjects) + "   total")
for name, row in table.items():
    overall = mean(list(row.values()))
    print(name.ljust(6) + "".join(f"{row[s]:8.1f}" for s in subjects) + f"{overall:8.2f} {letter(overall)}")
for s in subjects:
    best = max(table, key=lambda n: table[n][s])
    print(f"best in {s}: {best} ({letter(table[best][s])})")
print({letter(v): n for n, row in table.items() for v in row.values()})
