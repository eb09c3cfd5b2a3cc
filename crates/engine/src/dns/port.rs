//! What comes to a DNS port: datagrams, each a question, and connections, each with any number of them.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use parasol_proto::dns::{MAX_MESSAGE, Question};
use quinn_udp::Transmit;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_util::task::TaskTracker;

use super::frame::{Frames, framed};
use super::{Dns, Told};
use crate::flows::{Entry, Flows};
use crate::inbound::Head;
use crate::port::Port;
use crate::socket::write_all;
use crate::summary::{FlowEnd, RefusedCause};
use crate::udp::{Socket, at_desk};

/// The most that is sent in one datagram, whatever the client says it takes: what every system can put together.
const MAX_DATAGRAM: usize = 4096;
/// The longest question that is read from a connection; longer ones are passed over.
const MAX_QUESTION: usize = 4096;
/// The most questions of one connection that wait; only then is it read on.
const PIPELINED: usize = 32;
/// How long a client that does not read is waited for at the end.
const FAREWELL: Duration = Duration::from_secs(2);

impl Dns {
    /// Answers the datagrams of `socket` for as long as it is polled. Questions are tasks of `served`.
    pub(crate) async fn serve_packets(
        self: &Arc<Self>,
        socket: Socket,
        port: &Arc<Port>,
        flows: &Arc<Flows>,
        served: &TaskTracker,
    ) {
        let socket = Arc::new(socket);
        loop {
            socket.readable().await;
            at_desk(|desk| {
                desk.batch.receive(&socket);
                for (meta, message) in desk.batch.datagrams() {
                    let at = meta.dst_ip.filter(|_| socket.local.ip().is_unspecified());
                    let question = match Question::parse(message) {
                        Ok(question) => question,
                        Err(error) => {
                            tracing::trace!(%error, port = port.listen.port(), "dropped a message");
                            if let Some(reply) = error.reply(message) {
                                send(&socket, (meta.addr, at), &reply);
                            }
                            continue;
                        }
                    };
                    let Some(seat) = self.busy.seat(meta.addr.ip()) else { continue };
                    let entry = flows.open_question(port, meta.addr);
                    let (dns, socket, asked) = (Arc::clone(self), Arc::clone(&socket), message.len());
                    served.spawn(async move {
                        let room = question.udp_room().min(MAX_DATAGRAM);
                        let told = dns.answer(&entry, &seat, &question, (asked, room)).await;
                        if let Some(message) = &told.message {
                            send(&socket, (meta.addr, at), message);
                        }
                        entry.finish(told.end);
                        drop(seat);
                    });
                }
            });
        }
    }

    /// Answers the questions of a connection, in whatever order they are found out, until its client has finished or
    /// has asked nothing for the time that a handshake may take, whatever else it said.
    pub(crate) async fn serve(self: &Arc<Self>, entry: &Entry, near: &TcpStream) -> FlowEnd {
        let mut answers = JoinSet::new();
        let mut head = Head::new(near);
        let mut frames = Frames::new(MAX_QUESTION);
        // Whether the client has asked anything, and whether it has finished.
        let (mut any, mut ended) = (false, false);
        let end = loop {
            while answers.len() < PIPELINED
                && let Some(message) = frames.next(&head.bytes)
            {
                any |= self.take(entry, message, &mut answers);
            }
            frames.forget(&mut head.bytes);
            if ended && answers.is_empty() {
                break FlowEnd::Done;
            }
            tokio::select! {
                biased;
                end = entry.flow.ended() => break end,
                Some(told) = answers.join_next(), if !answers.is_empty() => {
                    let Ok(Some(message)) = told else { continue };
                    let written = tokio::select! {
                        biased;
                        end = entry.flow.ended() => break end,
                        written = write_all(near, &message) => written,
                    };
                    if written.is_err() {
                        break FlowEnd::Done;
                    }
                }
                more = head.more(), if !ended && answers.len() < PIPELINED => {
                    ended = !more;
                }
            }
        };
        if end == FlowEnd::TimedOut {
            // What was asked last may be answered yet; each answer has a deadline of its own.
            while let Some(told) = answers.join_next().await {
                if let Ok(Some(message)) = told
                    && !matches!(tokio::time::timeout(FAREWELL, write_all(near, &message)).await, Ok(Ok(())))
                {
                    break;
                }
            }
        }
        answers.shutdown().await;
        match end {
            // It had what it wanted, and did not hang up: most do so.
            FlowEnd::TimedOut | FlowEnd::Refused(RefusedCause::NoRoom) if any => FlowEnd::Done,
            end => end,
        }
    }

    /// Takes one message of a connection; true for a question.
    fn take(self: &Arc<Self>, entry: &Entry, message: &[u8], answers: &mut JoinSet<Option<Vec<u8>>>) -> bool {
        let question = match Question::parse(message) {
            Ok(question) => question,
            Err(error) => {
                tracing::trace!(%error, port = entry.flow.port.listen.port(), "dropped a message");
                if let Some(reply) = error.reply(message) {
                    answers.spawn(async move { Some(framed(&reply)) });
                }
                return false;
            }
        };
        entry.flow.touch();
        let Some(seat) = self.busy.seat(entry.flow.client().ip()) else { return true };
        let (dns, connection, asked) = (Arc::clone(self), Arc::clone(&entry.flow), message.len());
        let entry = entry.open_question();
        answers.spawn(async move {
            let Told { message, end } = dns.answer(&entry, &seat, &question, (asked, MAX_MESSAGE)).await;
            entry.finish(end);
            // The client has as long for its next question as if this one had been answered at once.
            connection.touch();
            drop(seat);
            message.map(|message| framed(&message))
        });
        true
    }
}

/// Sends now or not at all: a client asks again.
fn send(socket: &Socket, (destination, src_ip): (SocketAddr, Option<IpAddr>), contents: &[u8]) {
    let _ = socket.send(&Transmit { destination, ecn: None, contents, segment_size: None, src_ip });
}
