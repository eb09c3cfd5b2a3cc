//! Bytes that are the same each time and do not repeat soon, and their SHA-256.

use std::fmt;
use std::io;

use aws_lc_rs::digest::{Context, SHA256};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::deadline::within;

/// Enough to fill every buffer on the way many times over.
pub const LARGE: usize = 16 * 1024 * 1024;

/// How many bytes, and their SHA-256.
#[derive(Clone, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub len: usize,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

impl Sum {
    /// Of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Sum {
        let mut adder = Adder::default();
        adder.add(bytes);
        adder.sum()
    }
}

impl fmt::Debug for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes {}", self.len, &self.sha256[..16])
    }
}

/// Adds bytes as they come.
#[derive(Clone)]
pub struct Adder {
    len: usize,
    context: Context,
}

impl Default for Adder {
    fn default() -> Self {
        Adder { len: 0, context: Context::new(&SHA256) }
    }
}

impl Adder {
    /// More bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.len += bytes.len();
        self.context.update(bytes);
    }

    /// Of all that was added.
    #[must_use]
    pub fn sum(self) -> Sum {
        let digest = self.context.finish();
        Sum { len: self.len, sha256: digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect() }
    }
}

impl fmt::Debug for Adder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Adder").field("len", &self.len).finish_non_exhaustive()
    }
}

/// `len` bytes; another `seed` gives other bytes.
#[must_use]
pub fn bytes(len: usize, seed: u64) -> Vec<u8> {
    // SplitMix64: eight bytes a step, no period that a test could reach.
    let mut state = seed;
    let mut out = Vec::with_capacity(len + 8);
    while out.len() < len {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        out.extend_from_slice(&(z ^ (z >> 31)).to_le_bytes());
    }
    out.truncate(len);
    out
}

/// Reads to the end.
///
/// # Errors
/// As the stream has them.
pub async fn read_to_end(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Sum> {
    let mut adder = Adder::default();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match stream.read(&mut buffer).await? {
            0 => return Ok(adder.sum()),
            n => adder.add(&buffer[..n]),
        }
    }
}

/// Sends `payload`, says that it is all, and reads what comes back meanwhile until the other side says the same.
///
/// # Errors
/// As the stream has them.
pub async fn exchange(stream: impl AsyncRead + AsyncWrite + Unpin, payload: &[u8]) -> io::Result<Sum> {
    let (mut reading, mut writing) = tokio::io::split(stream);
    let send = async {
        writing.write_all(payload).await?;
        writing.shutdown().await
    };
    let (sent, received) = within("an exchange", async { tokio::join!(send, read_to_end(&mut reading)) }).await;
    sent?;
    received
}

/// Sends `payload` and reads as many bytes meanwhile; only then says that it is all, and reads on to the end.
///
/// # Errors
/// As the stream has them until then. How the other side ends is not looked at.
pub async fn round_trip(stream: impl AsyncRead + AsyncWrite + Unpin, payload: &[u8]) -> io::Result<Sum> {
    let (mut reading, mut writing) = tokio::io::split(stream);
    let mut adder = Adder::default();
    let receive = async {
        let mut buffer = vec![0; 64 * 1024];
        while adder.len < payload.len() {
            match reading.read(&mut buffer).await? {
                0 => break,
                n => adder.add(&buffer[..n]),
            }
        }
        io::Result::Ok(())
    };
    let (sent, received) = within("a round trip", async { tokio::join!(writing.write_all(payload), receive) }).await;
    sent.and(received)?;
    let _ = writing.shutdown().await;
    let mut rest = Vec::new();
    let _ = within("the end after a round trip", reading.read_to_end(&mut rest)).await;
    adder.add(&rest);
    Ok(adder.sum())
}
