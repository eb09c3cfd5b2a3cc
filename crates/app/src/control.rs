//! What other processes of the user may ask of the Parasol that runs, and how it answers: a terminal (`parasol on`), a second
//! start with a link, an entry of a desktop's menu. The schema is described in `docs/control.md`.
//!
//! ```text
//! asks      {"do":"on"}⏎
//! answers   {"is":"status","running":true,"state":"on",…}⏎
//! ```
//! One line each way and one request a connection; both have a most. What is not understood is said so and harms nobody.

mod line;
mod serve;
mod status;
mod traffic;

use std::io;
use std::time::Duration;

use parasol_platform::ControlStream;
pub use parasol_platform::{ControlPath, ControlSocket};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;
use zeroize::Zeroizing;

pub use self::serve::{ForWindow, serve};
pub use self::status::{PortCode, PortStatus, ProxyStatus, StateCode, Status};
pub use self::traffic::{Bytes, PortTraffic, TrafficStatus};

use self::line::Line;
use crate::handed::Handed;

/// The longest request, its end included: a link with every character escaped fits.
const MOST_ASKED: usize = 64 << 10;
/// The longest answer: thousands of ports fit.
const MOST_ANSWERED: usize = 4 << 20;
/// How long the other side may take for a line.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a switch is waited for before the answer tells how far it got.
const SWITCH: Duration = Duration::from_secs(10);

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Request {
    /// Switch on. Answered when it is, or has failed.
    On,
    /// Switch off. Answered when it is.
    Off,
    /// Whichever of these it is not.
    Toggle,
    /// How things are.
    Status,
    /// Open the window, or bring it to the front.
    Open,
    /// Show these links in the window.
    Links(Handed),
    /// End. Answered when it begins to.
    Quit,
}

impl Request {
    /// What a line asks for, its end left out.
    ///
    /// # Errors
    /// When it is no request of this version.
    pub fn parse(line: &[u8]) -> Result<Request, Refusal> {
        serde_json::from_slice(line).map_err(|_| Refusal::NotUnderstood)
    }
}

/// What comes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Answer {
    /// How things are now.
    Status(Box<Status>),
    /// It is being done.
    Done,
    /// It is not done.
    Refused {
        /// Why.
        why: Refusal,
    },
}

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// It is no request, or one of a newer Parasol.
    NotUnderstood,
    /// It is longer than any request.
    TooLong,
    /// This Parasol is ending.
    Ending,
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum NotAsked {
    /// Nobody has the socket.
    #[error("no Parasol runs")]
    NotRunning,
    /// Somebody has it and says nothing.
    #[error("a Parasol runs and does not answer; end it and start it anew")]
    Silent,
    /// What it says is no answer of this version.
    #[error("the Parasol that runs is of another version; end it and start it anew")]
    Strange,
    /// The system's.
    #[error("the Parasol that runs cannot be reached: {0}")]
    Failed(#[source] io::Error),
}

/// Asks the Parasol that runs. Waits for as long as a switch may take, and no longer.
///
/// # Errors
/// When there is none, or it does not answer.
pub async fn ask(at: &ControlPath, request: &Request) -> Result<Answer, NotAsked> {
    let patience = match request {
        Request::On | Request::Off | Request::Toggle => SWITCH + PATIENCE,
        Request::Status | Request::Open | Request::Links(_) | Request::Quit => PATIENCE,
    };
    let asked = async { exchange(&mut at.connect().await?, request).await };
    match timeout(patience, asked).await {
        Err(_) => Err(NotAsked::Silent),
        Ok(Err(error)) => Err(match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => NotAsked::NotRunning,
            // More wait to be heard than it has room for.
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => NotAsked::Silent,
            // It ended before it had said anything.
            io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
                NotAsked::NotRunning
            }
            io::ErrorKind::InvalidData => NotAsked::Strange,
            _ => NotAsked::Failed(error),
        }),
        Ok(Ok(answer)) => Ok(answer),
    }
}

async fn exchange(stream: &mut ControlStream, request: &Request) -> io::Result<Answer> {
    let asked = Zeroizing::new(serde_json::to_vec(request).map_err(io::Error::other)?);
    stream.write_all(&asked).await?;
    stream.write_all(b"\n").await?;
    stream.flush().await?;
    match line::read(stream, MOST_ANSWERED).await? {
        Line::Whole(answer) => serde_json::from_slice(&answer).map_err(|_| io::ErrorKind::InvalidData.into()),
        Line::TooLong => Err(io::ErrorKind::InvalidData.into()),
        Line::Cut { .. } => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}
