//! `LoginGuard`: asks whether a login is the port's, and makes guessing one slow.
//!
//! Each client address may be wrong so many times in a row; then its logins are refused unread, right ones too, until
//! time has given it another try. The same wrong login again is no further guess, so a program with an old password
//! that asks all day does not shut out its neighbours behind the same address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use parasol_proto::{Attempt, Credentials};

pub(crate) struct LoginGuard {
    credentials: Credentials,
    wrong: Mutex<HashMap<IpAddr, Tally>>,
}

/// The wrong logins of one address.
struct Tally {
    /// When they will all be forgiven.
    forgiven: Instant,
    last: Attempt,
}

/// Wrong logins in a row that an address is not slowed down by.
const FREE: u32 = 10;
/// How long each further one takes.
const EACH: Duration = Duration::from_secs(5);
/// The most addresses that are remembered; the one nearest to forgiveness goes first. Each takes about 600 bytes.
const MOST: usize = 1024;

impl LoginGuard {
    pub(crate) fn new(credentials: Credentials) -> LoginGuard {
        LoginGuard { credentials, wrong: Mutex::default() }
    }

    /// What the port asks for.
    pub(crate) fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Is this login of that client right, and was it not wrong too often?
    pub(crate) fn admits(&self, client: IpAddr, attempt: &Attempt, now: Instant) -> bool {
        let client = network(client);
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if wrong.get(&client).is_some_and(|tally| tally.forgiven > now + EACH * (FREE - 1)) {
            return false;
        }
        if self.credentials.admits(attempt) {
            return true;
        }
        match wrong.get_mut(&client) {
            Some(tally) if tally.last == *attempt && tally.forgiven > now => {}
            Some(tally) => {
                tally.forgiven = tally.forgiven.max(now) + EACH;
                tally.last = attempt.clone();
            }
            None => {
                make_room(&mut wrong, now);
                wrong.insert(client, Tally { forgiven: now + EACH, last: attempt.clone() });
            }
        }
        false
    }
}

fn make_room(wrong: &mut HashMap<IpAddr, Tally>, now: Instant) {
    if wrong.len() < MOST {
        return;
    }
    wrong.retain(|_, tally| tally.forgiven > now);
    if wrong.len() >= MOST {
        let first = wrong.iter().min_by_key(|(_, tally)| tally.forgiven).map(|(client, _)| *client);
        wrong.remove(&first.expect("a full table has a first entry"));
    }
}

/// Whoever has one IPv6 address has the other 2^64 of its network.
fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64).into(),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard() -> LoginGuard {
        LoginGuard::new(Credentials::new("ann", "secret").unwrap())
    }

    fn attempt(password: &str) -> Attempt {
        Attempt::new(b"ann", password.as_bytes()).unwrap()
    }

    fn guess(guard: &LoginGuard, client: &str, range: std::ops::Range<u32>, now: Instant) {
        for n in range {
            assert!(!guard.admits(client.parse().unwrap(), &attempt(&n.to_string()), now), "guess {n}");
        }
    }

    #[test]
    fn guesses_become_slow_and_other_clients_are_not() {
        let (guard, now) = (guard(), Instant::now());
        let (guesser, other) = ("192.0.2.1", "192.0.2.2".parse().unwrap());
        let right = |client: &str, now| guard.admits(client.parse().unwrap(), &attempt("secret"), now);
        guess(&guard, guesser, 0..FREE - 1, now);
        assert!(right(guesser, now), "so many are forgiven");
        guess(&guard, guesser, FREE..FREE + 1, now);
        assert!(!right(guesser, now), "the right one is not told from others now");
        assert!(!right("::ffff:192.0.2.1", now), "it is the same client");
        assert!(guard.admits(other, &attempt("secret"), now));
        assert!(!right(guesser, now + EACH - Duration::from_millis(1)));
        assert!(right(guesser, now + EACH), "one more try");
        assert!(right(guesser, now + EACH * FREE));
    }

    #[test]
    fn an_old_password_that_is_tried_all_day_is_one_guess() {
        let (guard, now, client) = (guard(), Instant::now(), "127.0.0.1".parse().unwrap());
        for _ in 0..1000 {
            assert!(!guard.admits(client, &attempt("old"), now));
        }
        assert!(guard.admits(client, &attempt("secret"), now));
    }

    #[test]
    fn a_network_of_ipv6_is_one_client() {
        let (guard, now) = (guard(), Instant::now());
        for n in 0..FREE {
            guess(&guard, &format!("2001:db8:0:1::{n}"), n..n + 1, now);
        }
        assert!(!guard.admits("2001:db8:0:1::ffff".parse().unwrap(), &attempt("secret"), now));
        assert!(guard.admits("2001:db8:0:2::1".parse().unwrap(), &attempt("secret"), now));
    }

    #[test]
    fn memory_is_bounded_and_the_worst_guesser_stays_known() {
        let (guard, now) = (guard(), Instant::now());
        guess(&guard, "192.0.2.1", 0..FREE, now);
        for n in 0..u32::try_from(MOST).unwrap() * 2 {
            let client = std::net::Ipv4Addr::from_bits(0x0a00_0000 + n).into();
            assert!(!guard.admits(client, &attempt("x"), now));
        }
        assert!(guard.wrong.lock().unwrap().len() <= MOST);
        assert!(!guard.admits("192.0.2.1".parse().unwrap(), &attempt("secret"), now));
    }
}
