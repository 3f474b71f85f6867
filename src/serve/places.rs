//! How many connections each address may hold, so that one client leaves room for others.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// The connections of each address.
#[derive(Clone)]
pub(super) struct Places {
    most: usize,
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// A connection's place, which is free once this is dropped.
pub(super) struct Place {
    places: Places,
    owner: IpAddr,
}

impl Places {
    pub(super) fn new(most: usize) -> Places {
        Places {
            most,
            taken: Arc::default(),
        }
    }

    /// A place for a connection of an address, unless all of its places are taken.
    pub(super) fn take(&self, address: IpAddr) -> Option<Place> {
        let owner = owner(address);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(owner).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        drop(taken);
        Some(Place {
            places: self.clone(),
            owner,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let taken = &self.places.taken;
        let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.owner) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.owner);
            }
        }
    }
}

/// What one client is known by. A customer of a provider has all addresses of an IPv6 network of 64 bits.
fn owner(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = u128::from(address) & (u128::MAX << 64);
            IpAddr::V6(Ipv6Addr::from(network))
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_client_has_its_own_places() {
        let places = Places::new(2);
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let first = places.take(address("192.0.2.1"));
        let second = places.take(address("::ffff:192.0.2.1"));
        assert!(first.is_some() && second.is_some());
        assert!(places.take(address("192.0.2.1")).is_none());
        let other = places.take(address("192.0.2.2"));
        assert!(other.is_some());
        drop(first);
        let again = places.take(address("192.0.2.1"));
        assert!(again.is_some());
        let network = [
            places.take(address("2001:db8::1")),
            places.take(address("2001:db8::2:1")),
        ];
        assert!(network.iter().all(Option::is_some));
        assert!(places.take(address("2001:db8::3")).is_none());
        assert!(places.take(address("2001:db8:0:1::3")).is_some());
        drop((second, other, again, network));
        assert!(places.taken.lock().unwrap().is_empty());
    }
}
