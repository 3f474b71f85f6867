//! Load: as fast as answers come, or at a fixed rate.

use std::thread;
use std::time::{Duration, Instant};

use crate::client::Service;

/// How a load went.
pub(crate) struct Outcome {
    /// Of each request, in microseconds, in rising order.
    times: Vec<u32>,
    pub(crate) failed: u64,
    seconds: f64,
}

impl Outcome {
    fn of(parts: Vec<(Vec<u32>, u64)>, seconds: f64) -> Outcome {
        let failed = parts.iter().map(|(_, failed)| failed).sum();
        let mut times: Vec<u32> = parts.into_iter().flat_map(|(times, _)| times).collect();
        times.sort_unstable();
        Outcome {
            times,
            failed,
            seconds,
        }
    }

    pub(crate) fn count(&self) -> u64 {
        self.times.len() as u64
    }

    pub(crate) fn rate(&self) -> f64 {
        self.times.len() as f64 / self.seconds
    }

    /// Milliseconds within which a share of the answers came.
    pub(crate) fn ms(&self, share: f64) -> f64 {
        let place = ((self.times.len() - 1) as f64 * share) as usize;
        f64::from(self.times[place]) / 1e3
    }

    pub(crate) fn row(&self, what: &str) {
        println!(
            "| {what} | {} | {} | {:.0} | {:.2} | {:.2} | {:.2} | {:.1} |",
            self.count(),
            self.failed,
            self.rate(),
            self.ms(0.5),
            self.ms(0.99),
            self.ms(0.999),
            self.ms(1.0)
        );
    }
}

pub(crate) const HEADING: &str = "| load | requests | failed | a second | p50 ms | p99 ms | p99.9 ms | slowest ms |\n|---|---|---|---|---|---|---|---|";

fn micros(since: Instant) -> u32 {
    since.elapsed().as_micros().try_into().unwrap_or(u32::MAX)
}

/// Each thread asks on all of its connections at once, then reads all answers.
pub(crate) fn at_full_speed(
    service: &Service,
    requests: &[Vec<u8>],
    threads: usize,
    connections: usize,
    count: u64,
) -> Outcome {
    let begun = Instant::now();
    let parts = thread::scope(|scope| {
        let one = |number: usize| {
            let mut clients: Vec<_> = (0..connections).map(|_| service.connect()).collect();
            let mut next = requests.iter().cycle().skip(number * 997 % requests.len());
            let (mut times, mut failed) = (Vec::new(), 0);
            while (times.len() as u64) < count / threads as u64 {
                let mut sent = Vec::with_capacity(connections);
                for client in &mut clients {
                    client.send(next.next().expect("requests"));
                    sent.push(Instant::now());
                }
                for (client, sent) in clients.iter_mut().zip(sent) {
                    failed += u64::from(client.answer().0 != 200);
                    times.push(micros(sent));
                }
            }
            (times, failed)
        };
        let running: Vec<_> = (0..threads)
            .map(|number| scope.spawn(move || one(number)))
            .collect();
        let done = running
            .into_iter()
            .map(|thread| thread.join().expect("a load"));
        done.collect()
    });
    Outcome::of(parts, begun.elapsed().as_secs_f64())
}

/// Requests at a fixed rate until it is said to stop. A time counts from when a request was due, not from when it was sent.
pub(crate) fn at_rate(
    service: &Service,
    requests: &[Vec<u8>],
    rate: f64,
    goes_on: impl Fn(Duration) -> bool + Sync,
) -> Outcome {
    const THREADS: usize = 8;
    let begun = Instant::now();
    let goes_on = &goes_on;
    let parts = thread::scope(|scope| {
        let one = |number: usize| {
            let mut client = service.connect();
            let mut next = requests.iter().cycle().skip(number * 997 % requests.len());
            let pause = Duration::from_secs_f64(THREADS as f64 / rate);
            let mut due = begun + pause.mul_f64(number as f64 / THREADS as f64);
            let (mut times, mut failed) = (Vec::new(), 0);
            while goes_on(begun.elapsed()) {
                thread::sleep(due.saturating_duration_since(Instant::now()));
                let (status, _) = client.ask(next.next().expect("requests"));
                failed += u64::from(status != 200);
                times.push(micros(due));
                due += pause;
            }
            (times, failed)
        };
        let running: Vec<_> = (0..THREADS)
            .map(|number| scope.spawn(move || one(number)))
            .collect();
        let done = running
            .into_iter()
            .map(|thread| thread.join().expect("a load"));
        done.collect()
    });
    Outcome::of(parts, begun.elapsed().as_secs_f64())
}
