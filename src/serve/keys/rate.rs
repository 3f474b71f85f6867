//! How often a key may be used.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The requests that a key may make now. As many as those of a second may be made at once.
#[derive(Debug)]
pub(super) struct Allowance {
    rate: f64,
    left: Mutex<(f64, Instant)>,
}

impl Allowance {
    pub(super) fn new(rate: u32, now: Instant) -> Allowance {
        Allowance {
            rate: rate.into(),
            left: Mutex::new((rate.into(), now)),
        }
    }

    /// Takes one request, or tells after how long there is one again.
    pub(super) fn take(&self, now: Instant) -> Result<(), Duration> {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let (requests, since) = &mut *left;
        let past = now.saturating_duration_since(*since);
        *requests = (*requests + past.as_secs_f64() * self.rate).min(self.rate);
        *since = now.max(*since);
        if *requests < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - *requests) / self.rate));
        }
        *requests -= 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn no_more_pass_than_the_rate_and_its_first_second(
            rate in 1u32..50,
            pauses in proptest::collection::vec(0u64..400, 1..200),
        ) {
            let start = Instant::now();
            let allowance = Allowance::new(rate, start);
            let mut now = start;
            let mut passed = 0u32;
            for pause in pauses {
                now += Duration::from_millis(pause);
                match allowance.take(now) {
                    Ok(()) => passed += 1,
                    // Who waits as long as told passes.
                    Err(wait) if pause % 2 == 0 => {
                        now += wait + Duration::from_nanos(1_000);
                        assert_eq!(allowance.take(now), Ok(()));
                        passed += 1;
                    }
                    Err(_) => {}
                }
            }
            let most = f64::from(rate) * (1.0 + (now - start).as_secs_f64()) + 0.001;
            assert!(f64::from(passed) <= most, "{passed} > {most}");
        }
    }
}
