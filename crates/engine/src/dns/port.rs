//! What comes to a DNS port: datagrams, each a question, and connections, each with any number of them.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use parasol_proto::dns::{MAX_MESSAGE, Question};
use quinn_udp::Transmit;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_util::task::TaskTracker;

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
                        let told = dns.answer(&entry, &question, asked, room).await;
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
    /// was silent for the time that a handshake may take.
    pub(crate) async fn serve(self: &Arc<Self>, entry: &Entry, near: &TcpStream) -> FlowEnd {
        let mut answers = JoinSet::new();
        let mut head = Head::new(near);
        let mut reading = Reading { passed_over: 0, any: false, ended: false };
        let end = loop {
            while answers.len() < PIPELINED
                && let Some(message) = reading.next(&mut head.bytes)
            {
                self.take(entry, &message, &mut answers);
            }
            if reading.ended && answers.is_empty() {
                break FlowEnd::Done;
            }
            tokio::select! {
                biased;
                end = entry.flow.ended() => break end,
                Some(told) = answers.join_next(), if !answers.is_empty() => {
                    entry.flow.touch();
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
                more = head.more(), if !reading.ended && answers.len() < PIPELINED => {
                    reading.ended = !more;
                    entry.flow.touch();
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
            FlowEnd::TimedOut | FlowEnd::Refused(RefusedCause::NoRoom) if reading.any => FlowEnd::Done,
            end => end,
        }
    }

    /// Takes one message of a connection.
    fn take(self: &Arc<Self>, entry: &Entry, message: &[u8], answers: &mut JoinSet<Option<Vec<u8>>>) {
        let question = match Question::parse(message) {
            Ok(question) => question,
            Err(error) => {
                tracing::trace!(%error, port = entry.flow.port.listen.port(), "dropped a message");
                if let Some(reply) = error.reply(message) {
                    answers.spawn(async move { Some(framed(&reply)) });
                }
                return;
            }
        };
        let Some(seat) = self.busy.seat(entry.flow.client().ip()) else { return };
        let (dns, asked) = (Arc::clone(self), message.len());
        let entry = entry.open_question();
        answers.spawn(async move {
            let Told { message, end } = dns.answer(&entry, &question, asked, MAX_MESSAGE).await;
            entry.finish(end);
            drop(seat);
            message.map(|message| framed(&message))
        });
    }
}

/// Where in its messages a connection is.
struct Reading {
    /// So many bytes belong to a message that is too long.
    passed_over: usize,
    /// There was a whole message.
    any: bool,
    /// The client has finished.
    ended: bool,
}

impl Reading {
    /// The next whole message, taken out of `bytes`.
    fn next(&mut self, bytes: &mut Vec<u8>) -> Option<Vec<u8>> {
        loop {
            let over = self.passed_over.min(bytes.len());
            bytes.drain(..over);
            self.passed_over -= over;
            let len = usize::from(u16::from_be_bytes(*bytes.first_chunk()?));
            if len > MAX_QUESTION {
                self.passed_over = 2 + len;
                continue;
            }
            if bytes.len() < 2 + len {
                return None;
            }
            self.any = true;
            let rest = bytes.split_off(2 + len);
            let mut message = std::mem::replace(bytes, rest);
            message.drain(..2);
            return Some(message);
        }
    }
}

/// A message behind its length.
fn framed(message: &[u8]) -> Vec<u8> {
    let len = u16::try_from(message.len()).expect("an answer is cut to fit");
    [&len.to_be_bytes()[..], message].concat()
}

/// Sends now or not at all: a client asks again.
fn send(socket: &Socket, (destination, src_ip): (SocketAddr, Option<IpAddr>), contents: &[u8]) {
    let _ = socket.send(&Transmit { destination, ecn: None, contents, segment_size: None, src_ip });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_found_wherever_the_stream_is_cut() {
        let long = vec![7; MAX_QUESTION + 1];
        let sent =
            [framed(b"one"), framed(b""), framed(&long), framed(b"two"), framed(&long), framed(b"three")].concat();
        for step in [1, 2, 3, 1000, sent.len()] {
            let mut reading = Reading { passed_over: 0, any: false, ended: false };
            let (mut bytes, mut found) = (Vec::new(), Vec::new());
            for piece in sent.chunks(step) {
                bytes.extend_from_slice(piece);
                while let Some(message) = reading.next(&mut bytes) {
                    found.push(message);
                }
                assert!(bytes.len() <= MAX_QUESTION + step, "what is too long is not gathered");
            }
            assert_eq!(found, [&b"one"[..], b"", b"two", b"three"], "in pieces of {step}");
            assert!(bytes.is_empty());
        }
    }
}
