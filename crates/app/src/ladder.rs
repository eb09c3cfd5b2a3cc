//! The ladder: one server tested from the bottom up, each step only when those before it hold.
//!
//! ```text
//! Resolve ─► Connect ─► Handshake ─► FirstByte ─► Udp
//! ```
//! Nothing in the protocol says that a handshake was accepted: the first sealed byte of the answer does, and that comes
//! with the first byte of what is fetched. So when none comes, another target is asked for through the same server: if
//! that answers, the server is good and the first target is not to be had through it.
//!
//! | file | what it knows |
//! |---|---|
//! | `rungs` | the steps so far |
//! | `clock` | whether this machine's clock is wrong |
//! | `many` | many servers, some at a time |

mod clock;
mod many;
mod rungs;

use std::time::SystemTime;

use parasol_engine::prober::{Connection, Heard, NoAnswer, NoDatagram};
use parasol_engine::summary::{DialFailure, PeerFault, ResolveFailure};
use parasol_engine::{NameServers, ProbePatience, Prober};
use parasol_proto::dns::{Answer, Question};
use parasol_proto::{Address, Domain, Family, ServerConfig};
use tokio_util::sync::CancellationToken;

pub use self::many::{AT_ONCE, Progress, climb_all};

use self::rungs::{Hear, Rungs};
use crate::millis::millis;
use crate::plugin::Patience;
use crate::probe::Probe;
use crate::problem::Problem;
use crate::profile::Through;
use crate::relay::Egress;
use crate::tested::{StepReason, TestStep, TestVerdict, Tested};
use crate::way::Way;

/// Climbs ladders.
#[derive(Debug)]
pub struct Climber {
    prober: Prober,
    probe: Probe,
    /// For plugins.
    patience: Patience,
    /// With the last step, or without.
    udp: bool,
}

/// What is asked of the name server: a name that is there for such uses (RFC 2606).
const NAME: &str = "example.com";

impl Climber {
    /// Tests with `probe`. Names of servers are asked of `name_servers`.
    #[must_use]
    pub fn new(probe: Probe, name_servers: NameServers, waits: ProbePatience, patience: Patience) -> Climber {
        Climber { prober: Prober::new(name_servers, waits), probe, patience, udp: true }
    }

    /// The same without the last step.
    #[must_use]
    pub fn without_udp(self) -> Climber {
        Climber { udp: false, ..self }
    }

    /// Tests one server. `None` when it was called off; nothing that was started for it runs any more then.
    pub async fn climb(&self, through: &Result<Through, Problem>, call_off: &CancellationToken) -> Option<Tested> {
        let climbed = match through {
            Ok(through) => {
                let opened = Way::open(through, self.patience, Egress::Any);
                match call_off.run_until_cancelled(opened).await? {
                    Ok(way) => {
                        let plugged = matches!(through, Through::Plugged { .. });
                        let climbed = self.climb_to(&way.reached().server, plugged, &|_| ());
                        let climbed = call_off.run_until_cancelled(climbed).await;
                        way.stop().await;
                        climbed?
                    }
                    Err(problem) => unusable(problem),
                }
            }
            Err(problem) => unusable(problem.clone()),
        };
        Some(climbed)
    }

    /// Tests a server where it is reached, with or without a plugin that runs, and tells of each step as it is climbed.
    pub(crate) async fn climb_to(&self, server: &ServerConfig, plugged: bool, hear: Hear<'_>) -> Tested {
        let mut rungs = Rungs::new(hear);
        let verdict = match self.climb_all(&mut rungs, server, plugged).await {
            Ok(verdict) | Err(verdict) => verdict,
        };
        Tested { at_ms: millis(SystemTime::now()), steps: rungs.all(), verdict }
    }

    /// Either way the verdict; an error ends the climbing.
    async fn climb_all(
        &self,
        rungs: &mut Rungs<'_>,
        server: &ServerConfig,
        plugged: bool,
    ) -> Result<TestVerdict, TestVerdict> {
        let connection = self.climb_to_connection(rungs, server, plugged).await?;
        let peer = connection.peer();
        let heard = self.prober.ask(connection, server, self.probe.target(), self.probe.request()).await;
        let heard = believed(server, heard);
        if let Ok((_, took)) = heard.answer {
            rungs.passed(TestStep::Handshake, heard.accepted.unwrap_or(took));
            rungs.passed(TestStep::FirstByte, took);
        } else {
            return Err(self.without_first_byte(rungs, server, heard).await);
        }
        if !self.udp {
            return Ok(TestVerdict::Works);
        }
        if plugged {
            rungs.skipped(TestStep::Udp, StepReason::PluginCarriesNone);
            return Ok(TestVerdict::Works);
        }
        let asked = match peer {
            Some(peer) => {
                let (question, id) = question();
                let is_answer = |bytes: &[u8]| Answer::parse(bytes, &question, id).is_ok();
                let message = question.ask(id);
                let name_server = self.probe.name_server();
                self.prober.ask_with_datagram((server, peer), name_server, &message, is_answer).await
            }
            None => Err(NoDatagram::NotSent),
        };
        match asked {
            Ok(took) => {
                rungs.passed(TestStep::Udp, took);
                Ok(TestVerdict::Works)
            }
            Err(no) => {
                let reason = match no {
                    NoDatagram::Silent => StepReason::Silent,
                    NoDatagram::Refused => StepReason::Refused,
                    NoDatagram::NotSent => StepReason::Unreachable,
                };
                rungs.failed(TestStep::Udp, reason);
                Ok(TestVerdict::WorksWithoutUdp)
            }
        }
    }

    /// The first two steps.
    async fn climb_to_connection(
        &self,
        rungs: &mut Rungs<'_>,
        server: &ServerConfig,
        plugged: bool,
    ) -> Result<Connection, TestVerdict> {
        let resolved = self.prober.resolve(server.address()).await;
        let addresses = match (resolved, server.address()) {
            (Ok((addresses, _)), Address::Ip(_)) => {
                rungs.skipped(TestStep::Resolve, if plugged { StepReason::PluginDoes } else { StepReason::NoName });
                addresses
            }
            (Ok((addresses, took)), Address::Domain(..)) => {
                rungs.passed(TestStep::Resolve, took);
                addresses
            }
            (Err(failure), _) => {
                let (reason, verdict) = match failure {
                    ResolveFailure::NotFound => (StepReason::NameNotFound, TestVerdict::NameNotFound),
                    ResolveFailure::NoAnswer => (StepReason::NameServerSilent, TestVerdict::NameServerSilent),
                };
                rungs.failed(TestStep::Resolve, reason);
                return Err(verdict);
            }
        };
        match self.prober.connect(addresses).await {
            Ok((connection, took)) => {
                // Its figure would be that of a program on this machine.
                if plugged {
                    rungs.skipped(TestStep::Connect, StepReason::PluginDoes);
                } else {
                    rungs.passed(TestStep::Connect, took);
                }
                Ok(connection)
            }
            Err(failure) => {
                let (reason, verdict) = match failure {
                    DialFailure::Refused => (StepReason::Refused, TestVerdict::Refused),
                    DialFailure::NoAnswer => (StepReason::NoAnswer, TestVerdict::NoAnswer),
                    DialFailure::Unreachable => (StepReason::Unreachable, TestVerdict::Unreachable),
                    DialFailure::NoResources => (StepReason::NoResources, TestVerdict::NoResources),
                };
                rungs.failed(TestStep::Connect, reason);
                Err(verdict)
            }
        }
    }

    /// The server took the connection, and what was to be fetched did not come: whose fault is it?
    async fn without_first_byte(&self, rungs: &mut Rungs<'_>, server: &ServerConfig, heard: Heard) -> TestVerdict {
        let accepted = match heard.accepted {
            None if !matches!(heard.answer, Err(NoAnswer::Bad(_))) => self.another_target(server).await,
            accepted => accepted,
        };
        if let (Some(took), Ok(_) | Err(NoAnswer::Silent | NoAnswer::Closed)) = (accepted, &heard.answer) {
            rungs.passed(TestStep::Handshake, took);
            rungs.failed(TestStep::FirstByte, StepReason::TargetUnreachable);
            return TestVerdict::TargetUnreachable;
        }
        let (mut reason, mut verdict) = match heard.answer {
            Err(NoAnswer::Silent) | Ok(_) => (StepReason::Silent, TestVerdict::Silent),
            Err(NoAnswer::Closed) => (StepReason::Closed, TestVerdict::Closed { bytes: heard.bytes }),
            Err(NoAnswer::Bad(PeerFault::ClockSkew)) => {
                (StepReason::WrongClock, TestVerdict::WrongClock { ahead_s: None })
            }
            Err(NoAnswer::Bad(_)) => (StepReason::BadAnswer, TestVerdict::BadAnswer),
        };
        // Only these methods carry the time, and a server does not say that it is the time that it does not like.
        if server.method().family() == Family::Aead2022
            && let Some(ahead_s) = clock::is_wrong_by(&self.prober, &self.probe).await
        {
            (reason, verdict) = (StepReason::WrongClock, TestVerdict::WrongClock { ahead_s: Some(ahead_s) });
        }
        rungs.failed(TestStep::Handshake, reason);
        verdict
    }

    /// How long after it was asked for another target the server had shown that it has our key, if it did. The name
    /// server is asked over TCP: that, every server carries.
    async fn another_target(&self, server: &ServerConfig) -> Option<std::time::Duration> {
        let (addresses, _) = self.prober.resolve(server.address()).await.ok()?;
        let (connection, _) = self.prober.connect(addresses).await.ok()?;
        let (question, id) = question();
        let message = question.ask(id);
        let len = u16::try_from(message.len()).expect("a question is short");
        let framed = [&len.to_be_bytes()[..], &message].concat();
        let heard = self.prober.ask(connection, server, self.probe.name_server(), &framed).await;
        match heard.answer {
            // Without a seal, anything would do for an answer.
            Ok((bytes, _)) if server.method().is_legacy() => {
                let answered = bytes.get(2..).is_some_and(|message| Answer::parse(message, &question, id).is_ok());
                heard.accepted.filter(|_| answered)
            }
            _ => heard.accepted,
        }
    }
}

/// The methods from before AEAD make something of whatever comes: with them the answer must be one.
fn believed(server: &ServerConfig, heard: Heard) -> Heard {
    match &heard.answer {
        Ok((bytes, _)) if server.method().is_legacy() && !bytes.starts_with(b"HTTP/") => {
            Heard { accepted: None, answer: Err(NoAnswer::Bad(PeerFault::NotAuthentic)), ..heard }
        }
        _ => heard,
    }
}

fn unusable(problem: Problem) -> Tested {
    let mut rungs = Rungs::new(&|_| ());
    rungs.skipped(TestStep::Resolve, StepReason::Unusable);
    Tested { at_ms: millis(SystemTime::now()), steps: rungs.all(), verdict: TestVerdict::Unusable { problem } }
}

/// With the id that it is asked under.
fn question() -> (Question, u16) {
    let mut id = [0; 2];
    // One that can be guessed would still be hidden in what is sealed.
    let _ = getrandom::fill(&mut id);
    let name = Domain::new(NAME).expect("it is a name");
    (Question::for_addresses(&name), u16::from_ne_bytes(id))
}
