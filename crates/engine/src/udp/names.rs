//! `Names`: what a session knows of the names that its datagrams go to.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use parasol_proto::Domain;

/// How long an answer is used before the engine's resolver, which keeps answers as long as they are meant to be kept,
/// is asked again.
const FRESH: Duration = Duration::from_secs(30);
/// How long a name that was not found is not looked up again.
const GONE: Duration = Duration::from_secs(5);
/// The most names of a session.
const MOST: usize = 256;

#[derive(Default)]
pub(crate) struct Names {
    known: HashMap<Domain, Known>,
    wanted: Vec<Domain>,
}

#[derive(Clone, Copy)]
enum Known {
    /// It is being looked up.
    Asked,
    At(IpAddr, Instant),
    Nowhere(Instant),
}

/// What is known of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    At(IpAddr),
    /// It is being looked up.
    Later,
    Nowhere,
}

impl Names {
    /// Where `name` is. What is not known is noted as wanted.
    pub(crate) fn find(&mut self, name: &Domain, now: Instant) -> Place {
        match self.known.get(name) {
            Some(Known::Asked) => return Place::Later,
            Some(Known::At(ip, since)) if now.saturating_duration_since(*since) < FRESH => return Place::At(*ip),
            Some(Known::Nowhere(since)) if now.saturating_duration_since(*since) < GONE => return Place::Nowhere,
            _ => {}
        }
        if self.known.len() >= MOST {
            self.known.retain(|_, known| matches!(known, Known::Asked));
            if self.known.len() >= MOST {
                return Place::Nowhere;
            }
        }
        self.known.insert(name.clone(), Known::Asked);
        self.wanted.push(name.clone());
        Place::Later
    }

    /// The names that somebody must look up now.
    pub(crate) fn wanted(&mut self) -> Vec<Domain> {
        std::mem::take(&mut self.wanted)
    }

    /// Forgets all of it, what is being looked up as well.
    pub(crate) fn forget(&mut self) {
        *self = Names::default();
    }

    /// A name was looked up.
    pub(crate) fn found(&mut self, name: Domain, at: Option<IpAddr>, now: Instant) {
        self.known.insert(name, at.map_or(Known::Nowhere(now), |ip| Known::At(ip, now)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_asked_for_once_and_again_when_its_answer_is_old() {
        let (mut names, start) = (Names::default(), Instant::now());
        let name = Domain::new("example.org").unwrap();
        let ip = IpAddr::from([192, 0, 2, 1]);
        assert_eq!(names.find(&name, start), Place::Later);
        assert_eq!(names.find(&name, start), Place::Later);
        assert_eq!(names.wanted(), std::slice::from_ref(&name));
        names.found(name.clone(), Some(ip), start);
        assert_eq!(names.find(&name, start), Place::At(ip));
        assert_eq!(names.find(&name, start + FRESH), Place::Later);
        names.found(name.clone(), None, start + FRESH);
        assert_eq!(names.find(&name, start + FRESH), Place::Nowhere);
        assert_eq!(names.find(&name, start + FRESH + GONE), Place::Later);
        assert_eq!(names.wanted().len(), 2);
    }

    #[test]
    fn names_are_bounded() {
        let (mut names, now) = (Names::default(), Instant::now());
        for n in 0..10 * MOST {
            let name = Domain::new(&format!("n{n}.example")).unwrap();
            names.find(&name, now);
            assert!(names.known.len() <= MOST);
        }
        assert_eq!(names.wanted().len(), MOST, "those that are being looked up are not forgotten");
    }
}
