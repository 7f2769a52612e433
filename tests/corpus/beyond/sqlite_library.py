import sqlite3

db = sqlite3.connect(":memory:")
db.row_factory = sqlite3.Row
db.executescript("""
create table author(id integer primary key, name text not null);
create table book(id integer primary key, author references author, title text, year int);
""")
with db:
    db.executemany("insert into author(name) values (?)", [("Austen",), ("Woolf",)])
    db.executemany("insert into book(author, title, year) values (?, ?, ?)", [(1, "Emma", 1815), (1, "Persuasion", 1817), (2, "Orlando", 1928)])
for row in db.execute("select name, count(*) n, min(year) first from author join book on book.author = author.id group by name order by n desc"):
    print(dict(row))
db.create_function("shout", 1, lambda t: t.upper() + "!")
print([r[0] for r in db.execute("select shout(title) from book order by title")])
try:
    with db:
        db.execute("insert into book(title) values ('x')")
        db.execute("insert into author(name) values (null)")
except sqlite3.IntegrityError as error:
    print(error)
print(db.execute("select count(*) from book").fetchone()[0])
