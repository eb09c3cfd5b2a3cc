//! The DNS port: questions over UDP and TCP, each asked where its name is routed.
//!
//! ```text
//! client ⇄ UDP datagram ───┐                        ┌─ cache
//!                          ├─ question ─ routing ───┼─ through the server ⇄ remote name server   (Proxy)
//! client ⇄ TCP connection ─┘                        ├─ local name servers                       (Direct)
//!                                                   └─ no such name                             (Block)
//! ```
//! A name that goes through the server is told to nobody on this side of it. That holds as well where rules on networks
//! could say more once the name is resolved here: it is not, because that would tell it.
//!
//! Each question is a flow of its own. Nothing that a message does ends more than itself.

mod asker;
mod busy;
mod cache;
mod channel;
mod frame;
mod port;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use parasol_proto::Address;
use parasol_proto::acl::Route;
use parasol_proto::dns::{Answer, Question, Refusal};

use crate::config::Outbound;
use crate::dial::Dialer;
use crate::flows::Entry;
use crate::routing::{Cause, Routed, Router, Routing};
use crate::server::{Leads, Outlet};
use crate::stats::Direction;
use crate::summary::{FlowEnd, RefusedCause};
use asker::Asker;
use busy::{Busy, Seat};
use cache::Cache;

/// A DNS port; shared by all that it serves.
pub(crate) struct Dns {
    asker: Asker,
    router: Arc<Router>,
    cache: Mutex<Cache>,
    busy: Arc<Busy>,
}

/// What a client is told, if anything, and how its flow ends.
struct Told {
    message: Option<Vec<u8>>,
    end: FlowEnd,
}

impl Dns {
    pub(crate) fn new(
        outlet: Outlet,
        remote: Address,
        local: Vec<SocketAddr>,
        dialer: Arc<Dialer>,
        router: Arc<Router>,
    ) -> Dns {
        let asker = Asker::new(outlet, remote, local, dialer);
        Dns { asker, router, cache: Mutex::default(), busy: Arc::default() }
    }

    /// Asks through another server from the next question on.
    pub(crate) fn lead(&self, leads: Leads) {
        self.asker.lead(leads);
    }

    /// The network has changed: another one may have other answers, and the connections of the one before may be dead.
    pub(crate) fn renew(&self) {
        *self.cache() = Cache::default();
        self.asker.forget_connections();
    }

    /// Answers a question of `asked` bytes, with at most `room` bytes.
    async fn answer(&self, entry: &Entry, seat: &Seat, question: &Question, (asked, room): (usize, usize)) -> Told {
        let flow = &entry.flow;
        let routing = self.router.current();
        let outbound = self.asker.outbound();
        let routed = route(outbound.server(), &routing, question);
        let route = routed.route;
        let server = outbound.server().filter(|_| route == Route::Proxy);
        if let Some(target) = question.target() {
            flow.headed(&target, server);
        }
        flow.routed(routed);
        flow.moved(Direction::Tx, asked as u64);
        let found = match (question.refusal(), route) {
            (Some(refusal), _) => Err((refusal, FlowEnd::Refused(RefusedCause::Command))),
            (None, Route::Block) => Err((Refusal::NoSuchName, FlowEnd::Blocked)),
            (None, route) => match self.find(entry, seat, question, (route, &outbound)).await {
                Err(end @ (FlowEnd::Cancelled | FlowEnd::Stranded)) => return Told { message: None, end },
                Err(end) => Err((Refusal::NoAnswer, end)),
                // A name that no rule blocks may lead to a network that one does.
                Ok((answer, _)) if !may_go(&routing, question, &answer) => Err((Refusal::NoSuchName, FlowEnd::Blocked)),
                Ok(found) => Ok(found),
            },
        };
        match found {
            Ok((answer, age)) => {
                let message = answer.reply(question, age, room);
                flow.moved(Direction::Rx, message.len() as u64);
                Told { message: Some(message), end: FlowEnd::Done }
            }
            // Our own word is no sign of life of whoever was asked, and not counted as such.
            Err((refusal, end)) => Told { message: Some(question.refuse(refusal)), end },
        }
    }

    /// An answer, and how many seconds old it is.
    async fn find(
        &self,
        entry: &Entry,
        seat: &Seat,
        question: &Question,
        (route, outbound): (Route, &Outbound),
    ) -> Result<(Arc<Answer>, u32), FlowEnd> {
        let mut key = question.key().into_vec();
        // An answer of one side is not given for the other.
        key.push(route as u8);
        if let Some(found) = self.cache().get(&key, Instant::now()) {
            return Ok(found);
        }
        let asking = self.busy.asking(&key);
        let found = async {
            // Nobody who asks the same waits for a turn of another client.
            let _turn = tokio::select! {
                biased;
                found = asking.found() => return found.clone(),
                turn = seat.turn() => turn,
            };
            let ask = async {
                let asked = self.asker.ask(entry, question, (route, outbound)).await.map(Arc::new);
                if let Ok(answer) = &asked {
                    self.cache().insert(&key, answer, Instant::now());
                }
                asked
            };
            asking.ask(ask).await.clone()
        };
        tokio::select! {
            biased;
            end = entry.flow.ended() => Err(end),
            found = found => found.map(|answer| (answer, 0)),
        }
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a question goes, where `server` is the way through. It is not counted for the rule: the request that follows is.
fn route(server: Option<&Address>, routing: &Routing, question: &Question) -> Routed {
    let direct = Routed { route: Route::Direct, cause: Cause::Port };
    match server {
        // The way through the server begins with its address, which only this side can find out.
        Some(Address::Domain(server, _)) if matches!(question.target(), Some(Address::Domain(name, _)) if name == *server) => {
            direct
        }
        server => match routing.explain(&question.routed_as()) {
            Routed { route: Route::Proxy, .. } if server.is_none() => direct,
            routed => routed,
        },
    }
}

/// A name with one address in a blocked network is blocked: whoever answers for it may add an innocent one to any.
fn may_go(routing: &Routing, question: &Question, answer: &Answer) -> bool {
    let target = question.routed_as();
    answer.addresses().iter().all(|ip| routing.allows(&target, *ip))
}

#[cfg(test)]
mod tests {
    use parasol_proto::acl::RuleSet;

    use super::*;

    #[test]
    fn a_question_goes_by_the_rules_and_is_not_counted_as_a_target() {
        let routing = Routing::by_rules(RuleSet::parse("[outbound_block_list]\n||ads.test").0);
        let head = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        let question = Question::parse(&[&head[..], b"\x03ads\x04test\0\0\x01\0\x01"].concat()).unwrap();
        let server = Address::from_host("server.test", 443).unwrap();
        assert_eq!(route(Some(&server), &routing, &question).route, Route::Block);
        assert_eq!(routing.rules.hits_of(2), 0);
        let _ = routing.decide(&question.routed_as());
        assert_eq!(routing.rules.hits_of(2), 1, "as a request is");
    }
}
