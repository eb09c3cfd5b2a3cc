//! `Table`: the sessions of a port, and what must be remembered of those that ended.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parasol_proto::packet::{SESSION_KEPT, ServerSession, SessionId};

use super::session::{Session, Wrap};

/// By what a packet's session is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// What the client calls it (AEAD-2022): it may come from another address the next time.
    Id(SessionId),
    /// Where it comes from.
    Source(SocketAddr),
}

#[derive(Default)]
pub(crate) struct Table {
    live: HashMap<Key, Arc<Session>>,
    /// Sessions that ended and may still be meant: with them would go what tells a replayed packet from a new one
    /// (SIP022 §3.2.4).
    ended: HashMap<Key, (Box<ServerSession>, Instant)>,
}

/// The most ended sessions that are remembered; only who has the key can make one.
const ENDED: usize = 4096;

impl Table {
    pub(crate) fn get(&self, key: &Key) -> Option<&Arc<Session>> {
        self.live.get(key)
    }

    pub(crate) fn insert(&mut self, key: Key, session: Arc<Session>) {
        self.live.insert(key, session);
    }

    /// A session that ended a short while ago.
    pub(crate) fn ended(&mut self, key: &Key) -> Option<&mut Box<ServerSession>> {
        self.ended.get_mut(key).map(|(session, _)| session)
    }

    /// The same, to go on with.
    pub(crate) fn revive(&mut self, key: &Key) -> Option<Box<ServerSession>> {
        self.ended.remove(key).map(|(session, _)| session)
    }

    /// A session has ended.
    pub(crate) fn remove(&mut self, key: &Key, session: &Arc<Session>, now: Instant) {
        if !self.live.get(key).is_some_and(|live| Arc::ptr_eq(live, session)) {
            return;
        }
        self.live.remove(key);
        let wrap = std::mem::replace(&mut session.state().wrap, Wrap::Bare);
        if let (Key::Id(_), Wrap::Sealed { session, .. }) = (key, wrap) {
            self.ended.retain(|_, (_, until)| *until > now);
            if self.ended.len() >= ENDED
                && let Some(oldest) = self.ended.iter().min_by_key(|(_, (_, until))| *until).map(|(key, _)| *key)
            {
                self.ended.remove(&oldest);
            }
            self.ended.insert(*key, (session, now + Duration::from_secs(SESSION_KEPT)));
        }
    }
}
