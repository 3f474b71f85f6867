"""Makes the databases of these tests: `python3 make.py FOLDER`, then `xz -9e` of each. SQLite 3.40 wrote those that are kept."""

import os
import shutil
import sqlite3
import sys

folder = sys.argv[1]
PNG = b"\x89PNG\r\n\x1a\n"


def picture(number, length):
    """What passes for a picture by its first bytes, and differs from all others."""
    return PNG + bytes((i * 7 + number * 13 + i // 251) % 251 for i in range(length - len(PNG)))


# A picture of one pixel, in which every checksum holds.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c49444154789c63f8ffff3f0005fe02fe0def46b8"
    "0000000049454e44ae426082"
)


def make(name, page_size, encoding="UTF-8", vacuum=0):
    path = os.path.join(folder, name)
    base = sqlite3.connect(path, isolation_level=None)
    base.execute(f"PRAGMA page_size={page_size}")
    base.execute(f"PRAGMA encoding='{encoding}'")
    base.execute(f"PRAGMA auto_vacuum={vacuum}")
    base.execute("PRAGMA secure_delete=OFF")
    return path, base


def fill(base):
    base.execute("CREATE TABLE thumbnails (id INTEGER PRIMARY KEY, name TEXT, data BLOB, more BLOB)")
    for number, length in enumerate([20, 100, 400, 470, 600, 5000, 20000], 1):
        row = (number, f"photo {number}", picture(number, length), None)
        base.execute("INSERT INTO thumbnails VALUES (?, ?, ?, ?)", row)
    behind = b"a header of forty bytes, as programs write" + PIXEL + bytes(100)
    base.execute("INSERT INTO thumbnails VALUES (-8, ?, ?, ?)", (picture(8, 3000), behind, picture(9, 700)))
    base.execute("CREATE TABLE keyed (key TEXT PRIMARY KEY, data BLOB) WITHOUT ROWID")
    for number in range(10, 14):
        base.execute("INSERT INTO keyed VALUES (?, ?)", (f"key {number}", picture(number, 300)))
    base.execute("CREATE TABLE texts (a TEXT, b INTEGER, c REAL)")
    for number in range(300):
        base.execute("INSERT INTO texts VALUES (?, ?, ?)", (f"text {number}" * 3, number, number / 7))
    base.execute("CREATE INDEX by_a ON texts (a)")
    base.execute("CREATE INDEX by_data ON thumbnails (data)")


for name, settings in {
    "small": (512,),
    "utf16": (1024, "UTF-16be", 2),
    "large": (65536, "UTF-16le"),
}.items():
    path, base = make(name + ".db", *settings)
    fill(base)
    base.close()

# Rows that were deleted: one within a page, and those of a table, one of them with a chain of pages.
path, base = make("deleted.db", 1024)
base.execute("CREATE TABLE kept (data BLOB)")
base.execute("CREATE TABLE gone (data BLOB)")
base.execute("INSERT INTO kept VALUES (?)", (picture(1, 500),))
base.execute("INSERT INTO kept VALUES (?)", (bytes(50) + PIXEL + bytes(80),))
for number in range(20, 32):
    base.execute("INSERT INTO gone VALUES (?)", (picture(number, 500),))
base.execute("INSERT INTO gone VALUES (?)", (picture(3, 9000),))
base.execute("DELETE FROM kept WHERE rowid = 2")
base.execute("DROP TABLE gone")
base.close()

# A log: what was committed last stands in it alone.
path, base = make("logged.db", 1024)
base.execute("PRAGMA journal_mode=WAL")
base.execute("PRAGMA wal_autocheckpoint=0")
base.execute("CREATE TABLE sent (data BLOB)")
base.execute("INSERT INTO sent VALUES (?)", (picture(1, 3000),))
base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
base.execute("INSERT INTO sent VALUES (?)", (picture(2, 300),))
base.execute("INSERT INTO sent VALUES (?)", (picture(3, 6000),))
base.execute("DELETE FROM sent WHERE rowid = 2")
for end in ("", "-wal"):
    shutil.copy(path + end, os.path.join(folder, "kept" + end))
base.close()
for end in ("", "-wal"):
    os.replace(os.path.join(folder, "kept" + end), path + end)

# The pages as they were before a change that has not ended.
path, base = make("changed.db", 1024)
base.execute("CREATE TABLE sent (data BLOB)")
base.execute("INSERT INTO sent VALUES (?)", (picture(1, 300),))
base.execute("INSERT INTO sent VALUES (?)", (picture(2, 3000),))
base.execute("PRAGMA cache_size=1")
base.execute("PRAGMA cache_spill=1")
base.execute("BEGIN")
base.execute("DELETE FROM sent")
for number in range(3, 60):
    base.execute("INSERT INTO sent VALUES (?)", (picture(number, 900),))
shutil.copy(path + "-journal", os.path.join(folder, "kept"))
base.execute("ROLLBACK")
base.close()
os.remove(path)
os.replace(os.path.join(folder, "kept"), path + "-journal")


# What comes from here on: logs in which a row goes on in pages of another time, and trees of other kinds.
def keep(base, path, end):
    """The database or its log as it is before the program ends."""
    shutil.copy(path + end, os.path.join(folder, "kept"))
    base.close()
    os.remove(path)
    os.replace(os.path.join(folder, "kept"), path + end)


def logs(name):
    path, base = make(name, 1024)
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("PRAGMA wal_autocheckpoint=0")
    base.execute("CREATE TABLE sent (id INTEGER PRIMARY KEY, data BLOB)")
    return path, base


# A picture whose end came later: the page with its row was not written again.
path, base = logs("later.db")
whole = picture(1, 6000)
base.execute("INSERT INTO sent VALUES (1, ?)", (whole[:3000] + bytes(3000),))
base.execute("UPDATE sent SET data = ?", (whole,))
keep(base, path, "-wal")

# The same, but the row stands in the database alone.
path, base = logs("elsewhere.db")
base.execute("INSERT INTO sent VALUES (1, ?)", (whole[:3000] + bytes(3000),))
base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
base.execute("UPDATE sent SET data = ?", (whole,))
keep(base, path, "-wal")

# A picture that another took the place of, page by page.
path, base = logs("twice.db")
base.execute("INSERT INTO sent VALUES (1, ?)", (picture(6, 6000),))
base.execute("INSERT INTO sent VALUES (2, 1)")
base.execute("UPDATE sent SET data = ? WHERE id = 1", (picture(7, 6000),))
base.execute("INSERT INTO sent VALUES (3, 1)")
keep(base, path, "-wal")

# A log that was begun anew: behind its end, an older row goes on in pages whose old frames were written over.
path, base = logs("anew.db")
base.execute("INSERT INTO sent VALUES (1, ?)", (picture(2, 6000),))
for number in range(20):
    base.execute("INSERT INTO sent VALUES (?, 1)", (number + 10,))
base.execute("PRAGMA wal_checkpoint(FULL)")
base.execute("INSERT OR REPLACE INTO sent VALUES (1, ?)", (picture(3, 6000),))
keep(base, path, "-wal")

# A journal in parts, each with a header of its own.
path, base = make("parts.db", 1024)
base.execute("CREATE TABLE sent (data BLOB)")
for number in range(40, 60):
    base.execute("INSERT INTO sent VALUES (?)", (picture(number, 3000),))
base.execute("PRAGMA cache_size=1")
base.execute("PRAGMA cache_spill=1")
base.execute("BEGIN")
base.execute("UPDATE sent SET data = zeroblob(3000)")
keep(base, path, "-journal")

# A table that is its own index and was dropped, an index on what a function made, and columns that rows do not hold.
path, base = make("trees.db", 1024)
base.create_function("unhexed", 1, bytes.fromhex, deterministic=True)
base.execute("CREATE TABLE hex (digits TEXT)")
base.execute("INSERT INTO hex VALUES (?)", (picture(4, 3000).hex(),))
base.execute("CREATE INDEX by_bytes ON hex (unhexed(digits))")
base.execute("CREATE TABLE computed (a INTEGER, b INTEGER AS (a + 1), data BLOB)")
base.execute("INSERT INTO computed (a, data) VALUES (1, ?)", (picture(5, 700),))
base.execute("CREATE TABLE gone (key TEXT PRIMARY KEY, data BLOB) WITHOUT ROWID")
for number in range(20, 32):
    base.execute("INSERT INTO gone VALUES (?, ?)", (f"key {number}", picture(number, 3000)))
base.execute("DROP TABLE gone")
base.close()
