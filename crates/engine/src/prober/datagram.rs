//! One question with a datagram through a server, and back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parasol_proto::packet::{ClientSession, Keys, SessionId};
use parasol_proto::{Address, ServerConfig};
use tokio::net::UdpSocket;
use tokio::time::timeout_at;

use crate::random;
use crate::socket_options::SocketOptions;

/// Why no answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoDatagram {
    /// Nothing came in time.
    Silent,
    /// Nobody takes datagrams there.
    Refused,
    /// This machine could not send it.
    NotSent,
}

/// Datagrams get lost, and one that did says nothing of the server.
const SENT: u32 = 2;
/// As long as any that is received whole.
const ROOM: usize = 65_536;

pub(super) async fn ask(
    (server, at): (&ServerConfig, SocketAddr),
    sockets: &SocketOptions,
    target: &Address,
    question: &[u8],
    is_answer: impl Fn(&[u8]) -> bool,
    patience: Duration,
) -> Result<Duration, NoDatagram> {
    let socket = sockets.send_datagrams(at).and_then(UdpSocket::from_std).map_err(|_| NoDatagram::NotSent)?;
    // From now on the system passes on nothing from anybody else, and tells us when nobody is there.
    socket.connect(at).await.map_err(|_| NoDatagram::NotSent)?;
    let mut id = [0; 8];
    random::fill(&mut id);
    let mut session = ClientSession::new(Arc::new(Keys::from(server)), SessionId(id));
    let mut buffer = vec![0; ROOM];
    for _ in 0..SENT {
        let packet = seal(&mut session, server, target, question);
        let sent = Instant::now();
        match socket.send(&packet).await {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => return Err(NoDatagram::Refused),
            Err(_) => return Err(NoDatagram::NotSent),
        }
        let deadline = (sent + patience / SENT).into();
        loop {
            let len = match timeout_at(deadline, socket.recv(&mut buffer)).await {
                Err(_) => break,
                Ok(Err(_)) => return Err(NoDatagram::Refused),
                Ok(Ok(len)) => len,
            };
            // Whatever else comes may be anybody's.
            if let Ok(opened) = session.open(&mut buffer[..len], random::unix_now())
                && is_answer(&buffer[opened.payload])
            {
                return Ok(sent.elapsed());
            }
        }
    }
    Err(NoDatagram::Silent)
}

fn seal(session: &mut ClientSession, server: &ServerConfig, target: &Address, question: &[u8]) -> Vec<u8> {
    let (head, tail) = (session.head_len(target, 0), session.tail_len());
    let mut packet = vec![0; head + question.len() + tail];
    let payload = head..head + question.len();
    packet[payload.clone()].copy_from_slice(question);
    let salt = random::packet_salt(server.method());
    let at = session.seal(target, &mut packet, payload, 0, salt.as_slice(), random::unix_now());
    packet[at].to_vec()
}
