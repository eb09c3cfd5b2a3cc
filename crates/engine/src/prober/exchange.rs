//! One question over one connection, and how far the answer got.

use std::ops::Range;
use std::time::{Duration, Instant};

use parasol_proto::stream::Opener;
use parasol_proto::{Address, Family, ServerConfig};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::timeout_at;

use crate::codec::Codec;
use crate::config::Outbound;
use crate::random;
use crate::socket::write_all;
use crate::summary::PeerFault;

/// What came back of a question through a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// How long after the question the server had shown that it has our key, which it can without a byte of the target.
    /// The methods from before AEAD prove nothing: with them the first byte must do.
    pub accepted: Option<Duration>,
    /// How many bytes came, sealed as they were.
    pub bytes: u64,
    /// The first bytes of the target, and how long after the question they came.
    pub answer: Result<(Vec<u8>, Duration), NoAnswer>,
}

/// Why there is no first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAnswer {
    /// Nothing, or too little, came in time.
    Silent,
    /// The connection ended before.
    Closed,
    /// What came is not the answer of whoever has our key.
    Bad(PeerFault),
}

/// What is kept of a directly asked answer: the head of an HTTP response is within it.
const ENOUGH: usize = 4096;

pub(super) async fn ask(
    mut stream: TcpStream,
    server: &ServerConfig,
    target: &Address,
    question: &[u8],
    patience: Duration,
) -> Heard {
    let asked = Instant::now();
    let deadline = (asked + patience).into();
    let mut heard = Heard { accepted: None, bytes: 0, answer: Err(NoAnswer::Silent) };
    let outbound = Outbound::Shadowsocks(server.clone().into());
    let (_up, down) = match timeout_at(deadline, outbound.start(&stream, target, question)).await {
        Ok(Ok(codecs)) => codecs,
        Ok(Err(_)) => return Heard { answer: Err(NoAnswer::Closed), ..heard },
        Err(_) => return heard,
    };
    let mut opener = match down {
        Codec::Open { opener, .. } => Some(opener),
        Codec::Plain | Codec::Seal(_) | Codec::SealResponse { .. } => None,
    };
    let mut sealed = Vec::new();
    loop {
        let came = match timeout_at(deadline, stream.read_buf(&mut sealed)).await {
            Err(_) => return heard,
            Ok(Ok(0) | Err(_)) => return Heard { answer: Err(NoAnswer::Closed), ..heard },
            Ok(Ok(came)) => came,
        };
        heard.bytes += came as u64;
        let plain = match &mut opener {
            None => std::mem::take(&mut sealed),
            Some(opener) => match open(opener, &mut sealed) {
                Ok((plain, used)) => {
                    // Of the head of the others nothing is sealed.
                    let head = used > 0 && server.method().family() == Family::Aead2022;
                    if head || opener.is_within_chunk() {
                        heard.accepted.get_or_insert_with(|| asked.elapsed());
                    }
                    plain
                }
                Err(fault) => return Heard { answer: Err(NoAnswer::Bad(fault)), ..heard },
            },
        };
        if !plain.is_empty() {
            let took = asked.elapsed();
            heard.accepted.get_or_insert(took);
            heard.answer = Ok((plain, took));
            return heard;
        }
    }
}

/// What can be opened of what came, and how much of it that is; the rest stays.
fn open(opener: &mut Opener, sealed: &mut Vec<u8>) -> Result<(Vec<u8>, usize), PeerFault> {
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let used = opener.open(sealed, random::unix_now, &mut pieces)?;
    let plain = pieces.into_iter().flat_map(|piece| sealed[piece].to_vec()).collect();
    sealed.drain(..used);
    Ok((plain, used))
}

/// What is said to `question` before the head of an answer is over, at most.
pub(super) async fn ask_directly(mut stream: TcpStream, question: &[u8], patience: Duration) -> Option<Vec<u8>> {
    let deadline = (Instant::now() + patience).into();
    timeout_at(deadline, write_all(&stream, question)).await.ok()?.ok()?;
    let mut heard = Vec::new();
    while heard.len() < ENOUGH && !heard.windows(4).any(|four| four == b"\r\n\r\n") {
        match timeout_at(deadline, stream.read_buf(&mut heard)).await {
            Ok(Ok(1..)) => {}
            Ok(Ok(0) | Err(_)) | Err(_) => break,
        }
    }
    (!heard.is_empty()).then_some(heard)
}
