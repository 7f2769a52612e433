"""SQLite with what scripts rely on: files, FTS5, JSON and mathematical functions."""

import os

from common import expect, run_checks, scratch


def connect():
    import sqlite3

    return sqlite3.connect(":memory:")


def library():
    import sqlite3

    return {"version": sqlite3.sqlite_version, "threadsafety": sqlite3.threadsafety}


def file():
    import sqlite3

    path = os.path.join(scratch("sqlite"), "a.db")
    with sqlite3.connect(path) as db:
        db.execute("create table t (n integer primary key, s text)")
        db.executemany("insert into t (s) values (?)", [("a",), ("ß",), (None,)])
    db.close()
    db = sqlite3.connect(path)
    expect(db.execute("select n, s from t order by n").fetchall(), [(1, "a"), (2, "ß"), (3, None)])
    db.close()


def fts5():
    db = connect()
    db.execute("create virtual table d using fts5(body)")
    db.executemany("insert into d values (?)", [("slime moulds solve mazes",), ("pythons do not",)])
    expect(db.execute("select body from d where d match 'maz*'").fetchall(), [("slime moulds solve mazes",)])


def json():
    db = connect()
    expect(db.execute("""select json_extract('{"a":[1,2,{"b":3}]}', '$.a[2].b')""").fetchone(), (3,))
    expect(db.execute("select sum(value) from json_each('[1,2,3]')").fetchone(), (6,))


def math():
    db = connect()
    expect(db.execute("select sqrt(16.0), floor(2.7), pow(2, 10)").fetchone(), (4.0, 2.0, 1024.0))


def functions():
    db = connect()
    db.create_function("shout", 1, lambda text: text.upper() + "!")
    expect(db.execute("select shout('hey')").fetchone(), ("HEY!",))


def backup():
    import sqlite3

    a, b = connect(), connect()
    a.execute("create table t as select 7 as n")
    a.backup(b)
    expect(b.execute("select n from t").fetchone(), (7,))
    expect(sqlite3.complete_statement("select 1;"), True)


run_checks([library, file, fts5, json, math, functions, backup])
