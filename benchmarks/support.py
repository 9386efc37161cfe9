"""How fast support staff are answered in a large shop: `python -m benchmarks.support`.

A PostgreSQL server of its own gets a million people with their identifiers, orders, and twenty timeline rows each,
one of them with a hundred thousand; then what staff do is timed as the API does it: searching as one types, the first
and a late page of a timeline, why and why not, and walking a million rows of the send ledger. Printed are the median
and the worst of several rounds beside the goal; it ends with 1 when a goal is missed. Making the shop takes some
minutes and ten gigabytes of disk; `--profiles` and `--rows` (of a timeline, for each) make a smaller one.
"""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any

import psutil
from sqlalchemy import Connection, insert, text

from benchmarks.processes import machine
from engine.proofs.links import OUTCOME_FIELDS, SEND_FIELDS
from engine.store.audit import verify
from engine.store.chains import begin_chain, keep_head
from engine.store.database import Database
from engine.store.publishing import create_journey, publish, set_status
from engine.store.schema import upgrade
from engine.store.search import find_profiles
from engine.store.statements import core
from engine.store.tables import Send, SendOutcome
from engine.store.timeline import read_timeline
from engine.store.why import explain
from tests.builders import journey, node
from tests.postgres import PostgresServer
from tests.workflows.stage import MESSAGES

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
SEARCH_GOAL_MS, TIMELINE_GOAL_MS, WHY_GOAL_MS, LEDGER_GOAL_S = 200, 150, 500, 30
HEAVY, HEAVY_ROWS = "prf_7", 100_000
ROUNDS, BUILDERS = 7, 2
LINKS_AT_ONCE = 5_000
SEARCHES = (
    *("a", "an", "ann", "anna", "anna l", "anna lin", "anna lindqvist", "lindqvist anna"),
    *("a l", "li", "bo q", "nd", "er", "qv", "erg", "indq", "xz", "x q", "erg hol", "zzz nobody", "anna nobody"),
    *("anna.lind", "mail", "@mail.example", "x@mail.example", "user77777@mail.example", "mail7"),
    *("+4366", "+43660 0077777", "0660/0077777", "shop-77777", "anon-77777"),
    *("NW-77777", "#NW-77777", "https://push.example/77777", "prf_77777"),
)
_FIRST = (
    "Anna Ben Clara David Emma Felix Greta Hannes Ida Jonas Klara Leon Mia Noah Olga Paul Quentin Rosa Simon Tilda "
    "Uwe Vera Wanda Xaver Yara Zoe Annika Annabel Hanna Susanna Joanna Marianne Andrea Li Bo Aylin Mehmet Fatima Sven"
)
_BEGINNINGS = "Lind Berg Holm Stein Rosen Gold Silber Eichen Birken Wasser Feld Wald Stern Sommer Winter Nord Ost West"
_ENDINGS = "qvist mann berg holm stein bach thal feld er ström gaard sen sson dorf hardt wig mut ner brandt kamp"
_PEOPLE = """
INSERT INTO profile (id, first_name, last_name, email, phone, external_id, timezone, attributes, created_at, updated_at)
SELECT 'prf_' || n, first[1 + (n::bigint * 7919 % 1009)::int % array_length(first, 1)],
       begun[1 + (n / 7) % array_length(begun, 1)] || ended[1 + (n / 131) % array_length(ended, 1)],
       'user' || n || '@mail.example', '+43660' || lpad(n::text, 7, '0'), 'shop-' || n, 'Europe/Vienna', '{}',
       CAST(:now AS timestamptz) - n * interval '1 second', :now
FROM (SELECT n, string_to_array(:first, ' ') first, string_to_array(:begun, ' ') begun,
             string_to_array(:ended, ' ') ended
      FROM generate_series(1, :profiles) n) people;
INSERT INTO identity (kind, value, profile_id, created_at)
SELECT kind, CASE kind WHEN 'email' THEN email WHEN 'phone' THEN phone WHEN 'external_id' THEN external_id
                       ELSE 'anon-' || substr(id, 5) END, id, created_at
FROM profile, unnest(ARRAY['email', 'phone', 'external_id', 'anonymous_id']) kind;
INSERT INTO push_subscription (id, profile_id, endpoint, p256dh, auth, created_at)
SELECT 'psh_' || n, 'prf_' || n, 'https://push.example/' || n, 'p', 'a', :now FROM generate_series(1, :profiles, 2) n;
INSERT INTO source (id, name, kind, settings, created_at) VALUES ('src_1', 'nordlys', 'api', '{}', :now);
INSERT INTO product (id, source_id, external_id, title, description, url, attributes, told, updated_at)
VALUES ('prd_1', 'src_1', 'fjell', 'Fjell jacket', '', 'https://shop.example/fjell', '{}', '{}', :now);
INSERT INTO variant (id, product_id, source_id, sku, title, options, attributes, told, updated_at)
VALUES ('var_1', 'prd_1', 'src_1', 'FJELL-M', 'M', '{"Size": "M"}', '{}', '{}', :now);
INSERT INTO stock_movement (id, variant_id, available_before, available_after, source_id, at)
VALUES ('mov_1', 'var_1', 0, 500, 'src_1', :now);
INSERT INTO restock (id, variant_id, movement_id, available_before, available_after, at)
VALUES ('rst_1', 'var_1', 'mov_1', 0, 500, :now);
INSERT INTO release (id, journey_id, version, variant_id, restock_id, item, status, released, reason, tier, formed,
                     started_at, ended_at)
VALUES ('rel_1', 'jny_1', 1, 'var_1', 'rst_1', 'var_1', 'ended', 500, 'stock_too_low', 0, false, :now, :now);
INSERT INTO waitlist_entry (id, profile_id, variant_id, source, intent, state, created_at, expires_at)
SELECT 'wle_' || lpad(n::text, 12, '0'), 'prf_' || n, 'var_1', 'explicit', 0, 'pending',
       CAST(:now AS timestamptz) - (1000000000 - n) * interval '1 millisecond',
       CAST(:now AS timestamptz) + interval '60 days'
FROM generate_series(1, :profiles, 5) n;
INSERT INTO enrollment (id, journey_id, version, profile_id, key, variant_id, restock_id, release_id, waitlist_entry_id,
                        position, status, node, exit_reason, is_test, entered_at, ended_at)
SELECT 'enr_' || n, 'jny_1', 1, 'prf_' || n, 'k', 'var_1', 'rst_1', 'rel_1', 'wle_' || lpad(n::text, 12, '0'), n,
       'ended', 'done', 'completed', false, :now, :now
FROM generate_series(1, :profiles, 10) n
"""
_EVENTS = """
INSERT INTO event (id, name, profile_id, source_id, properties, at, received_at)
SELECT 'evt_' || lpad(n::text, 12, '0'),
       (ARRAY['Product Viewed', 'Product Viewed', 'Product Added', 'Cart Viewed', 'Order Completed'])[1 + n % 5],
       'prf_' || (1 + (n::bigint * 48271) % :profiles), 'src_1',
       CASE WHEN n % 5 = 4 THEN jsonb_build_object('order_id', 'NW-' || n / 5, 'total', '249.00')
            ELSE '{"url": "https://shop.example/fjell", "sku": "FJELL-M"}' END,
       CAST(:now AS timestamptz) - (n % 31536000) * interval '1 second', :now
FROM generate_series(1, :rows) n;
INSERT INTO event (id, name, profile_id, source_id, properties, at, received_at)
SELECT 'evt_h' || n, 'Product Viewed', :heavy, 'src_1', '{"url": "https://shop.example/fjell"}',
       CAST(:now AS timestamptz) - n * interval '1 minute', :now
FROM generate_series(1, :heavy_rows) n
"""
_TRAIL = """
INSERT INTO trail_row (enrollment_id, seq, node, visit, act, outlet, facts, at)
SELECT 'enr_' || n, seq, (ARRAY['entry', 'push', 'done'])[1 + seq], 1, (ARRAY['entered', 'took', 'ended'])[1 + seq],
       CASE seq WHEN 1 THEN 'sent' END, '{}', CAST(:now AS timestamptz) + seq * interval '1 second'
FROM generate_series(1, :profiles, 10) n, generate_series(0, 2) seq
"""


@dataclass
class Bench:
    """The database, and whether every goal was met so far."""

    database: Database
    profiles: int
    missed: list[str] = field(default_factory=list[str])

    async def time(self, name: str, goal_ms: float, work: Callable[[Any], Awaitable[Any]]) -> None:
        """Do it some rounds, each in a transaction of its own as a request is, and print how long it took."""
        took: list[float] = []
        used = cpu_seconds()
        for _ in range(ROUNDS):
            async with self.database.snapshot() as session:
                began = perf_counter()
                await work(session)
                took.append((perf_counter() - began) * 1_000)
        used = (cpu_seconds() - used) / ROUNDS * 1_000
        self.verdict(name, median(took), max(took), goal_ms, "ms", used=f"{used:6.0f} ms of CPU")

    def verdict(self, name: str, typical: float, worst: float, goal: float, unit: str, *, used: str = "") -> None:
        """Print a line, and remember a goal that was missed."""
        is_met = typical < goal
        if not is_met:
            self.missed.append(name)
        met = "met" if is_met else "MISSED"
        print(f"{name:<44} {typical:8.1f} {unit}, at worst {worst:8.1f}   goal {goal:g}   {met:<6} {used}", flush=True)


def cpu_seconds() -> float:
    """What this process and the server have used so far: on a machine that is busy with other things it says more."""
    times = [process.cpu_times() for process in (psutil.Process(), *psutil.Process().children(recursive=True))]
    return sum(one.user + one.system for one in times)


async def fill(database: Database, profiles: int, rows: int, links: int) -> None:
    """Make the shop, with the indexes of large tables laid aside and made anew as they were: that is much faster.

    Two are made at a time, and the ledger is written meanwhile.
    """
    await upgrade(database)
    values: Mapping[str, Any] = {
        "now": NOW,
        "profiles": profiles,
        "rows": rows,
        "heavy": HEAVY,
        "heavy_rows": HEAVY_ROWS,
        "first": _FIRST,
        "begun": _BEGINNINGS,
        "ended": _ENDINGS,
    }
    async with database.connection() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))  # rows without their parents
        laid_aside = text(
            "SELECT indexname, indexdef FROM pg_indexes WHERE indexname LIKE 'ix_%' AND tablename IN "
            "('event', 'profile', 'identity', 'waitlist_entry', 'enrollment')"
        )
        indexes = (await connection.execute(laid_aside)).all()
        for name, _ in indexes:
            await connection.execute(text(f"DROP INDEX {name}"))
        for statement in f"{_PEOPLE};{_EVENTS};{_TRAIL}".split(";"):
            named = {name: value for name, value in values.items() if f":{name}" in statement}
            await connection.execute(text(statement), named)
        document = journey(
            node("push", "message", channel="web_push", message="push"),
            paths=["entry > push", "push.sent > done", "push.not_sent > done"],
        )
        then = NOW - timedelta(days=30)
        await create_journey(connection, "jny_1", {**document, "messages": MESSAGES}, then)
        await publish(connection, "jny_1", by="a benchmark", now=then)
        await set_status(connection, "jny_1", "active", then)
    slowest_first = sorted((definition for _, definition in indexes), key=lambda one: "trgm" not in one)
    left = iter(slowest_first)

    async def build() -> None:
        async with database.connection() as connection:
            await connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
            for definition in left:
                await connection.execute(text(definition))

    writing = database.run(lambda connection: write_ledger(connection, links), writes=True)
    await asyncio.gather(writing, *(build() for _ in range(BUILDERS)))


def write_ledger(connection: Connection, rows: int) -> None:
    """Half as many sends as rows and an outcome of each, in one chain, hashed as they are when they are written."""
    head = begin_chain()
    for begin in range(0, rows // 2, LINKS_AT_ONCE):
        sends: list[dict[str, Any]] = []
        outcomes: list[dict[str, Any]] = []
        for number in range(begin, min(begin + LINKS_AT_ONCE, rows // 2)):
            send: dict[str, Any] = {
                "id": f"snd_{number}",
                "enrollment_id": f"enr_{number * 10 + 1}",
                "journey_id": "jny_1",
                "version": 1,
                "node": "push",
                "visit": 1,
                "channel": "web_push",
                "address_hash": f"{number:032x}",
                "profile_id": f"prf_{number * 10 + 1}",
                "variant_id": "var_1",
                "kind": "live",
                "rendering_hash": None,
                "verdict": {"available": 500, "threshold": 1, "topic": "back_in_stock", "consent": True},
                "claimed_at": NOW,
            }
            head = head.followed_by(SEND_FIELDS, send)
            sends.append({**send, **head.columns})
            outcome: dict[str, Any] = {
                "send_id": send["id"],
                "state": "accepted",
                "reason": None,
                "provider_id": f"provider-{number}",
                "detail": {"status": 201},
                "at": NOW,
            }
            head = head.followed_by(OUTCOME_FIELDS, outcome)
            outcomes.append({**outcome, **head.columns})
        connection.execute(insert(core(Send)), sends)
        connection.execute(insert(core(SendOutcome)), outcomes)
    keep_head(connection, head)


async def measure(url: str, profiles: int, rows: int, links: int) -> list[str]:
    """Make the shop, and time what staff do; the names of missed goals."""
    database = Database(url)
    began = perf_counter()
    await fill(database, profiles, profiles * rows, links)
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("VACUUM ANALYZE"))
        size = await connection.scalar(text("SELECT pg_database_size(current_database())"))
    print(machine())
    print(
        f"{profiles:,} people, {profiles * rows + HEAVY_ROWS:,} events, {profiles // 10 * 3:,} steps, {links:,} rows "
        f"of the ledger ({int(size or 0) / 2**30:.1f} GB), made in {perf_counter() - began:.0f} s",
        flush=True,
    )
    bench = Bench(database, profiles)
    await searches(bench)
    await answers(bench)
    await ledger(bench, links)
    await database.close()
    return bench.missed


async def searches(bench: Bench) -> None:
    """Search for everything that staff may have been told on the phone, a letter more each time."""
    for query in SEARCHES:

        async def search(session: Any, query: str = query) -> None:
            await find_profiles(session, query, after=None, limit=50)

        await bench.time(f"search “{query}”", SEARCH_GOAL_MS, search)


async def answers(bench: Bench) -> None:
    """Read timelines, and ask why and why not."""
    for name, profile in (("a timeline", "prf_4001"), (f"a timeline of {HEAVY_ROWS:,} rows", HEAVY)):

        async def first(session: Any, profile: str = profile) -> None:
            assert (await read_timeline(session, profile)).items

        await bench.time(f"{name}, first page", TIMELINE_GOAL_MS, first)

    late = (NOW - timedelta(minutes=HEAVY_ROWS - 1_000)).isoformat()

    async def deep(session: Any) -> None:
        assert len((await read_timeline(session, HEAVY, after=(late, 2, "evt_h0"))).items) == 50

    await bench.time(f"page {HEAVY_ROWS // 50 - 20:,} of it", TIMELINE_GOAL_MS, deep)
    for name, profile in (("why", "prf_4001"), ("why not: sold out before her turn", f"prf_{bench.profiles - 4}")):

        async def why(session: Any, profile: str = profile) -> None:
            assert (await explain(session, profile, "jny_1", "rst_1", NOW + timedelta(days=1))).chain

        await bench.time(name, WHY_GOAL_MS, why)


async def ledger(bench: Bench, links: int) -> None:
    """Walk the whole ledger once."""
    began = perf_counter()
    audit = await bench.database.run(verify, writes=False)
    took = perf_counter() - began
    assert (audit.rows, audit.findings) == (links, [])
    goal = LEDGER_GOAL_S * links / 1_000_000
    bench.verdict(f"verifying {links:,} rows of the ledger", took, took, goal, "s")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profiles", type=int, default=1_000_000)
    parser.add_argument("--rows", type=int, default=20, help="timeline rows for each profile")
    parser.add_argument("--ledger", type=int, default=1_000_000, help="rows of the send ledger")
    options = parser.parse_args()
    with PostgresServer() as server:
        missed = asyncio.run(measure(server.new_database(), options.profiles, options.rows, options.ledger))
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
