//! A name server on loopback over UDP and TCP (RFC 1035): a table of names, NXDOMAIN for all others, no answer ever, or
//! whatever a test makes of a question. It notes what it was asked.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket};
use tokio::task::JoinSet;

/// A name and its addresses.
pub type Entry = (&'static str, &'static [IpAddr]);

/// Over what a question came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// A datagram.
    Udp,
    /// A connection.
    Tcp,
}

/// A question that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Over what.
    pub over: Over,
    /// From where.
    pub from: SocketAddr,
    /// The whole message.
    pub message: Vec<u8>,
}

/// What is sent for a question: any number of messages.
type Answers = dyn Fn(&Asked) -> Vec<Vec<u8>> + Send + Sync;

/// A running name server, until dropped.
#[derive(Debug)]
pub struct NameServer {
    /// Where it answers.
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    _tasks: JoinSet<()>,
}

impl NameServer {
    /// Answers out of `table`; a name that is not in it does not exist.
    pub async fn start(table: &'static [Entry]) -> NameServer {
        NameServer::with(move |asked| answer(&asked.message, table).into_iter().collect()).await
    }

    /// Takes every question and answers none.
    pub async fn silent() -> NameServer {
        NameServer::with(|_| Vec::new()).await
    }

    /// Sends what `answers` makes of a question.
    pub async fn with(answers: impl Fn(&Asked) -> Vec<Vec<u8>> + Send + Sync + 'static) -> NameServer {
        let answers: Arc<Answers> = Arc::new(answers);
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let (udp, tcp) = same_port().await;
        let address = udp.local_addr().expect("a bound socket has an address");
        let note = {
            let asked = Arc::clone(&asked);
            move |over, from, message: &[u8]| {
                let question = Asked { over, from, message: message.to_vec() };
                noted(&asked).push(question.clone());
                answers(&question)
            }
        };
        let mut tasks = JoinSet::new();
        let note_udp = note.clone();
        tasks.spawn(async move {
            let mut question = [0; 1500];
            loop {
                let (len, from) = udp.recv_from(&mut question).await.expect("loopback is up");
                for answer in note_udp(Over::Udp, from, &question[..len]) {
                    let _ = udp.send_to(&answer, from).await;
                }
            }
        });
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (mut stream, from) = tcp.accept().await.expect("a test stays within its descriptors");
                let note = note.clone();
                connections.spawn(async move {
                    let _: io::Result<()> = async {
                        loop {
                            let mut question = vec![0; usize::from(stream.read_u16().await?)];
                            stream.read_exact(&mut question).await?;
                            for answer in note(Over::Tcp, from, &question) {
                                stream.write_u16(u16::try_from(answer.len()).map_err(io::Error::other)?).await?;
                                stream.write_all(&answer).await?;
                            }
                        }
                    }
                    .await;
                });
            }
        });
        NameServer { address, asked, _tasks: tasks }
    }

    /// The questions that came, in their order.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        noted(&self.asked).clone()
    }
}

fn noted(asked: &Mutex<Vec<Asked>>) -> MutexGuard<'_, Vec<Asked>> {
    asked.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A UDP socket and a listener on one port. The second may be taken while the first is free; then another is tried.
async fn same_port() -> (UdpSocket, TcpListener) {
    for _ in 0..50 {
        let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("loopback has free ports");
        if let Ok(tcp) = TcpListener::bind(udp.local_addr().expect("a bound socket has an address")).await {
            return (udp, tcp);
        }
    }
    panic!("no port is free for both UDP and TCP");
}

/// The answer to a question; `None` for what is no question.
///
/// ```text
/// header 12: id u16 · flags u16 · questions · answers · authorities · additionals (u16 each)
/// question: labels (length, bytes) … 0 · type u16 · class u16
/// answer: 0xC00C (the question's name) · type · class · TTL u32 · length u16 · address
/// ```
#[must_use]
pub fn answer(question: &[u8], table: &[Entry]) -> Option<Vec<u8>> {
    let mut name = String::new();
    let mut at = 12;
    loop {
        let len = usize::from(*question.get(at)?);
        at += 1;
        if len == 0 {
            break;
        }
        if !name.is_empty() {
            name.push('.');
        }
        name.push_str(&String::from_utf8_lossy(question.get(at..at + len)?).to_ascii_lowercase());
        at += len;
    }
    let kind = u16::from_be_bytes(question.get(at..at + 2)?.try_into().ok()?);
    let end = at + 4;
    let found = table.iter().find(|(known, _)| *known == name);
    let addresses: Vec<Vec<u8>> = found
        .into_iter()
        .flat_map(|(_, addresses)| addresses.iter())
        .filter_map(|address| match (address, kind) {
            (IpAddr::V4(v4), 1) => Some(v4.octets().to_vec()),
            (IpAddr::V6(v6), 28) => Some(v6.octets().to_vec()),
            _ => None,
        })
        .collect();
    let rcode = if found.is_some() { 0 } else { 3 };
    // Response, authoritative, recursion desired as asked, recursion available.
    let flags = 0x8480 | (u16::from_be_bytes(question.get(2..4)?.try_into().ok()?) & 0x0100) | rcode;
    let mut out = question.get(..2)?.to_vec();
    out.extend(flags.to_be_bytes());
    for count in [1, u16::try_from(addresses.len()).ok()?, 0, 0] {
        out.extend(count.to_be_bytes());
    }
    out.extend(question.get(12..end)?);
    for address in addresses {
        out.extend([0xc0, 12]);
        out.extend(kind.to_be_bytes());
        out.extend([0, 1, 0, 0, 0, 60]);
        out.extend(u16::try_from(address.len()).ok()?.to_be_bytes());
        out.extend(address);
    }
    Some(out)
}
