"""A cluster on paper: what 1 billion entries and 10 billion pictures a day take, by simulation.

    python benches/plan.py

Cores, memory and time of a query come from a measured model. Arrivals, sizes of shards and costs are drawn with skew. The
page ``docs/src/method/cluster.md`` shows what this prints; the same seed prints the same.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

DAY = 86_400
#: Microseconds of one core for a query within 31 bits of PDQ: a part that does not grow, and one for each million entries.
#: 25,700 and 2,500 queries a second were measured with 10 and 100 million entries.
FIXED_US, PER_MILLION_US = 0.0, 4.0
#: Bytes of an index for each entry, by the build of a million.
BYTES = 165
#: The busiest hour over the mean of a day.
PEAK = 1.8
#: How many of a thousand queries meet a cluster of near-duplicates, and how much more these cost.
DENSE, DENSE_COST = 10, 20.0
#: How busy a host may be.
BUSY = 0.6


@dataclass
class Plan:
    """A cluster: shards, each on some hosts alike."""

    name: str
    sizes: np.ndarray
    cores: int = 32

    def seconds(self) -> np.ndarray:
        """The mean time of a query of one core, by shard."""
        plain = (FIXED_US + PER_MILLION_US * self.sizes / 1e6) / 1e6
        return plain * (1 + DENSE / 1000 * (DENSE_COST - 1))

    def replicas(self, rate: float) -> np.ndarray:
        """Hosts for each shard, so that none is busier than allowed; at least two, so that one may fail."""
        return np.maximum(np.ceil(rate * self.seconds() / (self.cores * BUSY)), 2).astype(int)


def waited(rate: float, mean: float, cores: int, count: int, random: np.random.Generator) -> np.ndarray:
    """Seconds from arrival to answer at one host: arrivals at random, first come, first served."""
    arrivals = np.cumsum(random.exponential(1 / rate, count))
    plain = mean / (1 + DENSE / 1000 * (DENSE_COST - 1))
    work = random.gamma(4, plain / 4, count) * np.where(random.integers(0, 1000, count) < DENSE, DENSE_COST, 1)
    free = [0.0] * cores
    answered = np.empty(count)
    for number, (arrival, seconds) in enumerate(zip(arrivals, work)):
        begun = max(arrival, heapq.heappop(free))
        answered[number] = begun + seconds - arrival
        heapq.heappush(free, begun + seconds)
    return answered


def simulate(plan: Plan, rate: float, lost: int = 0, count: int = 20_000) -> "tuple[float, float, float]":
    """The median and the 99th percentile of a query that waits for every shard, and the busiest host's share of time."""
    random = np.random.default_rng(11)
    replicas = np.maximum(plan.replicas(rate) - lost, 1)
    each = [
        waited(rate / hosts, mean, plan.cores, count, random)
        for mean, hosts in zip(plan.seconds(), replicas)
    ]
    slowest = np.max(each, axis=0)
    busy = float(np.max(rate * plan.seconds() / (replicas * plan.cores)))
    return float(np.median(slowest)), float(np.percentile(slowest, 99)), busy


def main() -> None:
    entries, pictures = 1e9, 10e9
    mean = pictures / DAY
    rate = mean * PEAK
    equal = np.full(10, entries / 10)
    zipf = 1 / np.arange(1, 31)
    by_list = entries * zipf / zipf.sum()
    plans = [Plan("equal shards", equal), Plan("a shard for each list", by_list), Plan("one shard", np.array([entries]))]
    print(f"{mean:,.0f} queries a second in the mean, {rate:,.0f} in the busiest hour; {entries * BYTES / 1e9:,.0f} GB of index\n")
    print("| plan | hosts of 32 cores | largest shard | memory of a host | median | 99 % | 99 %, a host of each lost | busiest |")
    print("|---|---|---|---|---|---|---|---|")
    for plan in plans:
        hosts, largest = plan.replicas(rate).sum(), plan.sizes.max()
        median, slow, _ = simulate(plan, rate)
        _, slow_lost, busy_lost = simulate(plan, rate, lost=1)
        late = "never" if busy_lost >= 1 else f"{slow_lost * 1000:.1f} ms"
        print(
            f"| {plan.name} | {hosts} | {largest / 1e6:,.0f} M | {largest * BYTES / 1e9:,.0f} GB | {median * 1000:.1f} ms "
            f"| {slow * 1000:.1f} ms | {late} | {busy_lost:.0%} |"
        )
    print("\n| more than planned | busiest host | 99 % |")
    print("|---|---|---|")
    plan = plans[0]
    fixed = plan.replicas(rate)
    for factor in (1.0, 1.2, 1.4, 1.6, 1.8):
        planned = Plan(plan.name, plan.sizes)
        planned.replicas = lambda _, fixed=fixed: fixed  # type: ignore[method-assign]
        _, slow, busy = simulate(planned, rate * factor)
        print(f"| {factor:.1f} x | {busy:.0%} | {'queues grow' if busy >= 1 else f'{slow * 1000:.1f} ms'} |")
    hosts = int(fixed.sum())
    size = equal[0] * BYTES
    print("\n| a new generation | sent | at 10 Gbit/s |")
    print("|---|---|---|")
    for name, share in (("everything", 1.0), ("one changed shard of ten", 0.1)):
        sent = size * hosts * share
        print(f"| {name} | {sent / 1e12:.1f} TB to all hosts | {size * 8 / 10e9:.0f} s a host, in a chain |")


if __name__ == "__main__":
    main()
