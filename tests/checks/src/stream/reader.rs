//! Both ends as the relay drives them: what came is shown again until it is used.

use std::sync::Arc;

use parasol_proto::legacy::Ota;
use parasol_proto::stream::{Opener, Request, RequestOpener, StreamError};
use parasol_proto::{Address, Family, Method, Users};

use super::is_bounded;
use crate::decoder::is_sound;
use crate::input::pieces;
use crate::keys::{NOW, config, password};

/// What came of reading a stream.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Seen {
    pub(super) target: Option<Address>,
    pub(super) payload: Vec<u8>,
    pub(super) error: Option<StreamError>,
    /// How many bytes are not used at the end.
    pub(super) left: usize,
    /// The stream ends within a chunk.
    pub(super) within_chunk: bool,
    /// How often the memory of salts was asked.
    pub(super) asked: usize,
    /// The most bytes that had to be kept while more were awaited.
    pub(super) most_kept: usize,
}

/// A server that awaits a request.
pub(super) struct Server {
    pub(super) method: Method,
    pub(super) key: u8,
    pub(super) ota: Ota,
    /// With the users 07 and 08.
    pub(super) users: bool,
    /// What the memory of salts says.
    pub(super) fresh: bool,
}

impl Server {
    pub(super) fn new(method: Method, key: u8) -> Server {
        Server { method, key, ota: Ota::Off, users: false, fresh: true }
    }

    /// Reads `wire` at once and in pieces, which must come to the same.
    pub(super) fn alike(&self, wire: &[u8], cuts: &[usize]) -> Seen {
        let whole = self.read(&mut pieces(wire, &[usize::MAX]));
        is_bounded(&whole.outcome(), wire);
        // The head of a 2022 stream must be in the first read (SIP022 §3.1.2).
        let mut cuts = cuts.to_vec();
        let head = match self.method.family() {
            Family::Aead2022 => self.method.salt_len() + if self.users { 16 } else { 0 } + 27,
            Family::Aead2017 | Family::Stream => 0,
        };
        let (first, rest) = wire.split_at(head.min(wire.len()));
        let split = match (first.is_empty(), rest.is_empty()) {
            (false, false) => {
                let more = cuts.remove(0).min(rest.len());
                cuts.push(more.max(1));
                let (second, rest) = wire.split_at(first.len() + more);
                self.read(&mut [second].into_iter().chain(pieces(rest, &cuts)))
            }
            (false, true) => self.read(&mut [first].into_iter()),
            (true, _) => self.read(&mut pieces(rest, &cuts)),
        };
        is_bounded(&split, wire);
        if whole.error.is_none() {
            assert_eq!(split.outcome(), whole.outcome(), "{} in pieces of {cuts:?}", self.method);
        } else {
            // What was opened before the fault may be delivered, or not any more when the fault came with it.
            assert!(split.error.is_some() && split.payload.starts_with(&whole.payload), "{whole:?}, then {split:?}");
            assert!(whole.target.is_none() || whole.target == split.target, "{whole:?}, then {split:?}");
        }
        whole
    }

    fn opener(&self) -> RequestOpener {
        let key = config(self.method, self.key).key().clone();
        if self.users {
            let (ann, bob) = (password(self.method, 7), password(self.method, 8));
            let users = Users::new(self.method, [("ann", &*ann), ("bob", &*bob)]).expect("two users");
            return RequestOpener::with_users(self.method, key, Arc::new(users));
        }
        RequestOpener::new(self.method, key).with_ota(self.ota)
    }

    fn read(&self, arriving: &mut dyn Iterator<Item = &[u8]>) -> Seen {
        let (mut seen, mut kept, mut request) = (Seen::default(), Vec::new(), self.opener());
        let mut open: Option<Opener> = None;
        for piece in arriving {
            kept.extend_from_slice(piece);
            if open.is_none() {
                let mut fresh = |salt: &[u8]| {
                    assert_eq!(salt.len(), self.method.salt_len());
                    seen.asked += 1;
                    self.fresh
                };
                match request.open(&mut kept, NOW, &mut fresh) {
                    Ok(Ok(Request { target, payload, opener, used })) => {
                        assert!(self.fresh || self.method.salt_len() == 0, "{}: a replay was served", self.method);
                        assert_eq!(request.user().is_some(), self.users, "who is served is known");
                        is_sound(&target);
                        seen.target = Some(target);
                        seen.payload = payload;
                        kept.drain(..used);
                        open = Some(opener);
                    }
                    Ok(Err(used)) => drop(kept.drain(..used)),
                    Err(error) => {
                        seen.error = Some(error);
                        let again = request.open(&mut kept, NOW, &mut |_| true);
                        assert!(!matches!(again, Ok(Ok(_))), "{}: served after {error}", self.method);
                        return seen;
                    }
                }
            }
            if let Some(opener) = &mut open
                && let Err(error) = deliver(opener, &mut kept, &mut seen)
            {
                seen.error = Some(error);
                return seen;
            }
            seen.most_kept = seen.most_kept.max(kept.len());
        }
        seen.within_chunk = open.is_some_and(|opener| opener.is_within_chunk());
        seen.left = kept.len();
        seen
    }
}

/// A client that awaits a response.
pub(super) struct Client<'a> {
    method: Method,
    key: u8,
    asked: &'a [u8],
}

impl Client<'_> {
    /// `asked` is the salt of its request.
    pub(super) fn new(method: Method, key: u8, asked: &[u8]) -> Client<'_> {
        Client { method, key, asked }
    }

    pub(super) fn alike(&self, wire: &[u8], cuts: &[usize]) -> Seen {
        let whole = self.read(&mut pieces(wire, &[usize::MAX]));
        let split = self.read(&mut pieces(wire, cuts));
        is_bounded(&split, wire);
        assert_eq!(split.outcome(), whole.outcome(), "{} in pieces of {cuts:?}", self.method);
        whole
    }

    fn read(&self, arriving: &mut dyn Iterator<Item = &[u8]>) -> Seen {
        let mut opener = Opener::response(&config(self.method, self.key), self.asked);
        let (mut seen, mut kept) = (Seen::default(), Vec::new());
        for piece in arriving {
            kept.extend_from_slice(piece);
            if let Err(error) = deliver(&mut opener, &mut kept, &mut seen) {
                seen.error = Some(error);
                return seen;
            }
            seen.most_kept = seen.most_kept.max(kept.len());
        }
        seen.within_chunk = opener.is_within_chunk();
        seen.left = kept.len();
        seen
    }
}

/// Opens what is whole, and delivers also what was opened before an error.
fn deliver(opener: &mut Opener, kept: &mut Vec<u8>, seen: &mut Seen) -> Result<(), StreamError> {
    let mut plain = Vec::new();
    let opened = opener.open(kept, || NOW, &mut plain);
    let mut end = 0;
    for range in plain {
        assert!(end <= range.start && range.start < range.end && range.end <= kept.len(), "{range:?}");
        end = range.end;
        seen.payload.extend_from_slice(&kept[range]);
    }
    match opened {
        Ok(used) => {
            assert!(end <= used && used <= kept.len());
            kept.drain(..used);
            Ok(())
        }
        Err(error) => {
            assert_eq!(opener.open(kept, || NOW, &mut Vec::new()), Err(error), "an error stays");
            Err(error)
        }
    }
}

impl Seen {
    /// All but how it came about.
    fn outcome(&self) -> Seen {
        Seen { target: self.target.clone(), payload: self.payload.clone(), most_kept: 0, ..*self }
    }
}
