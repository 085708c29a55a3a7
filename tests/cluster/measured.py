"""What every measurement stands on: replicas on a durable database of its own, between a Talk and a model that take no
time, all gone afterwards."""

import asyncio
from types import SimpleNamespace

import quick
from database import Database
from replicas import Replicas
from verdict import Tally

# The model's, enough for all.
SLOTS = 64
# What is measured is the way of an answer: nothing beside it.
SETTINGS = {"REACTIONS": "false", "WAIT_NOTICE": "0", "WELCOME": "false", "LOG_LEVEL": "warn"}


def with_replicas(run, arguments, count, *pool):
    """The tally of `run(arguments, replicas, posts, tally)`, which notes there what it finds; `posts` grows with each
    answer that is posted. A `pool` of model servers, which `run` is given too, stands in place of that model."""
    database, replicas, tally = Database(durable=True), [], Tally("1 replica" if count == 1 else f"{count} replicas")
    try:
        asyncio.run(within(run, arguments, count, database, replicas, tally, *pool))
    finally:
        for replica in replicas:
            replica.abandon()
        database.close()
    return tally


async def within(run, arguments, count, database, started, tally, *pool):
    posts = []
    server, url = await quick.listen(posts)
    talk = SimpleNamespace(url=url, url_for=lambda number: url)
    model = SimpleNamespace(url=f"{url}/v1", slots=SLOTS, settings={})
    for model in pool:
        await model.listen()
    replicas = Replicas(arguments.program, talk, model, count, database, SETTINGS | model.settings)
    started += replicas.all
    await asyncio.to_thread(replicas.start_all)
    tally.violations += replicas.violations
    await run(arguments, replicas, posts, tally, *pool)
    await asyncio.to_thread(replicas.stop)
    for listener in (server, *pool):
        listener.close()
