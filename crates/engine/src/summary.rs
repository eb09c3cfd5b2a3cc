//! `FlowSummary`: what is known of a flow when it has ended, and the `Verdict` that follows from it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use parasol_proto::Address;
use parasol_proto::acl::Route;

use crate::stage::Stage;

/// A flow's number, counted from 1 in each engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FlowId(pub u64);

/// One relayed connection, UDP association or UDP session, after it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowSummary {
    /// Its number.
    pub id: FlowId,
    /// The listening port that it came in on.
    pub port: u16,
    /// Who connected.
    pub client: SocketAddr,
    /// Where it wanted to go, once that was known; where its first datagram went.
    pub target: Option<Address>,
    /// The Shadowsocks server it was to go through; `None` for direct flows.
    pub server: Option<Address>,
    /// Whose it is, in the server role with users; `None` until the request proved it.
    pub user: Option<Arc<str>>,
    /// Where its target was routed, once that was known; `None` in the server role too, which has no routes.
    pub route: Option<Route>,
    /// The rule that chose the route, as it stands in the file; `None` when no rule did.
    pub rule: Option<Box<str>>,
    /// When it was accepted, by the clock on the wall; of an ended flow as that was set when it ended.
    pub started: SystemTime,
    /// How long after that it entered each stage that it reached.
    pub entered: StageTimes,
    /// How long after accept the first byte came from the client, behind its request.
    pub first_sent: Option<Duration>,
    /// How long after accept the first byte came back.
    pub first_byte: Option<Duration>,
    /// How long it lived.
    pub lived: Duration,
    /// How long before the end the last byte moved or the last stage was entered.
    pub idle: Duration,
    /// Payload bytes from the client.
    pub tx: u64,
    /// Payload bytes to the client.
    pub rx: u64,
    /// Which end finished first, of a stream of which one has.
    pub finished_first: Option<Side>,
    /// The stage in which it ended.
    pub stage: Stage,
    /// How it ended.
    pub end: FlowEnd,
}

/// An end of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The client.
    Near,
    /// What was dialled.
    Far,
}

/// When each stage was entered, measured from accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StageTimes([Option<Duration>; Stage::COUNT]);

impl StageTimes {
    /// When `stage` was entered.
    #[must_use]
    pub fn get(&self, stage: Stage) -> Option<Duration> {
        self.0[stage as usize]
    }

    pub(crate) fn set(&mut self, stage: Stage, at: Duration) {
        self.0[stage as usize].get_or_insert(at);
    }
}

/// How a flow ended, as the relay met it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FlowEnd {
    /// Both sides finished, or the client left in the stream.
    Done,
    /// The target is not allowed.
    Blocked,
    /// The name of what was to be dialled could not be found out.
    ResolveFailed(ResolveFailure),
    /// No connection could be made to what was dialled.
    DialFailed(DialFailure),
    /// What the client said is no request that is served here.
    Refused(RefusedCause),
    /// The stage's deadline passed.
    TimedOut,
    /// The other end of the encrypted stream broke its rules or the connection.
    BadPeer(PeerFault),
    /// The engine was stopped, or the flow was closed by hand.
    Cancelled,
    /// The network that it went over is gone, or the other end was, after a change of network or a sleep.
    Stranded,
}

/// Why a name could not be looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResolveFailure {
    /// It does not exist, or has no address.
    NotFound,
    /// The name servers did not answer, or answered with a failure.
    NoAnswer,
}

/// Why dialling failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DialFailure {
    /// Nothing came back in time.
    NoAnswer,
    /// Refused.
    Refused,
    /// No way there.
    Unreachable,
    /// No descriptors, ports or memory left on this machine.
    NoResources,
}

/// Why a client's request is not served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedCause {
    /// No protocol that is spoken here, or a malformed request.
    Malformed,
    /// A SOCKS command that is not served.
    Command,
    /// The port asks for a login, and this client gave none, a wrong one, or too many wrong ones before.
    Login,
    /// The client left before its request was whole.
    ClientLeft,
    /// Its place was needed for a newer one: it had not said what it wants, or is the association that was used least.
    NoRoom,
}

/// What the other end of an encrypted stream did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeerFault {
    /// Sent what was not sealed with our key, or broke the framing.
    NotAuthentic,
    /// Sent a 2022 header whose time is more than 30 s from ours.
    ClockSkew,
    /// Sent a header seen before.
    Replay,
    /// Closed or reset before a byte came back.
    Closed,
    /// Reset, or was lost, after bytes had gone.
    Lost,
}

/// What a user should be told about an ended flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It did what it should.
    Done,
    /// Closed by the user, with the engine, or with the network that it went over.
    Cancelled,
    /// The client connected and never sent a whole request.
    SilentClient,
    /// The client sent no request that is served here.
    BadRequest,
    /// The port asks for a login, and the client gave none, a wrong one, or too many wrong ones before.
    LoginRefused,
    /// The name of what was dialled does not exist.
    NameNotFound,
    /// The name server did not answer.
    NameTimedOut,
    /// Nothing answered the connection attempt.
    NoAnswer,
    /// The connection attempt was refused.
    Refused,
    /// The network says there is no way there.
    Unreachable,
    /// The server took connection and request and never sent a byte.
    SilentServer,
    /// Datagrams went to the server for a while, and none ever came back.
    UdpUnanswered,
    /// The server closed before the first byte.
    ServerClosed,
    /// The server's answer was not sealed with our key.
    BadAnswer,
    /// The server answered with our key, and by a clock that is too far from ours.
    WrongClock,
    /// In the server role: a client sent what was not sealed with the key.
    BadClient,
    /// Bytes had gone, then nothing for the idle time.
    Idle,
    /// The target is not allowed.
    Blocked,
    /// This machine ran out of descriptors, ports or memory.
    NoResources,
}

/// Whoever has waited for so long has lost patience rather than interest.
const PATIENCE: Duration = Duration::from_secs(3);

impl FlowSummary {
    /// Weighs the evidence.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match &self.end {
            FlowEnd::Done => self.verdict_of_a_finished_stream(),
            FlowEnd::Cancelled | FlowEnd::Stranded => Verdict::Cancelled,
            FlowEnd::Blocked => Verdict::Blocked,
            FlowEnd::Refused(RefusedCause::ClientLeft) => Verdict::Done,
            FlowEnd::Refused(RefusedCause::NoRoom) => Verdict::NoResources,
            FlowEnd::Refused(RefusedCause::Login) => Verdict::LoginRefused,
            FlowEnd::Refused(RefusedCause::Malformed | RefusedCause::Command) => Verdict::BadRequest,
            FlowEnd::ResolveFailed(ResolveFailure::NotFound) => Verdict::NameNotFound,
            FlowEnd::ResolveFailed(ResolveFailure::NoAnswer) => Verdict::NameTimedOut,
            FlowEnd::DialFailed(DialFailure::NoAnswer) => Verdict::NoAnswer,
            FlowEnd::DialFailed(DialFailure::Refused) => Verdict::Refused,
            FlowEnd::DialFailed(DialFailure::Unreachable) => Verdict::Unreachable,
            FlowEnd::DialFailed(DialFailure::NoResources) => Verdict::NoResources,
            FlowEnd::BadPeer(PeerFault::Closed) => Verdict::ServerClosed,
            FlowEnd::BadPeer(PeerFault::Lost) => Verdict::Done,
            FlowEnd::BadPeer(_) if self.server.is_none() => Verdict::BadClient,
            FlowEnd::BadPeer(PeerFault::ClockSkew) => Verdict::WrongClock,
            FlowEnd::BadPeer(_) => Verdict::BadAnswer,
            FlowEnd::TimedOut => match self.stage {
                Stage::Handshake => Verdict::SilentClient,
                Stage::Resolve => Verdict::NameTimedOut,
                Stage::Connect => Verdict::NoAnswer,
                Stage::Stream if self.tx > 0 && self.rx == 0 => Verdict::SilentServer,
                Stage::Associate if self.had_no_datagram_back() => Verdict::UdpUnanswered,
                Stage::Stream | Stage::Associate | Stage::Closed => Verdict::Idle,
            },
        }
    }

    /// The client gives up before we do when a server swallows everything: bytes went up through a server, nothing
    /// came down, and the client waited long enough to have lost patience rather than interest.
    fn verdict_of_a_finished_stream(&self) -> Verdict {
        if self.had_no_datagram_back() {
            return Verdict::UdpUnanswered;
        }
        if self.stage != Stage::Associate
            && self.server.is_some()
            && self.tx > 0
            && self.rx == 0
            && self.idle >= PATIENCE
        {
            return Verdict::SilentServer;
        }
        Verdict::Done
    }

    /// Datagrams need not be answered, as to a log; but who goes on sending for so long mostly waits for something. One who
    /// has only left the way open has not. Who sends log lines for so long cannot be told from one who waits.
    fn had_no_datagram_back(&self) -> bool {
        let last = self.lived.saturating_sub(self.idle);
        let went_on = self.first_sent.is_some_and(|first| last.saturating_sub(first) >= PATIENCE);
        self.stage == Stage::Associate && self.server.is_some() && self.rx == 0 && went_on
    }
}

#[cfg(test)]
mod tests;
