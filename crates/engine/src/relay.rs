//! The relay: bytes from one socket to another, both ways at once, sealed or opened on the way.
//!
//! Each direction waits without a buffer, takes one when bytes are there, reads them to where they will be sealed or
//! opened, does that in place, and leaves with one write ([`crate::codec`]). An end of file goes on as a half-close, a
//! loss as a reset.

use std::net::Shutdown;

use parasol_proto::http::Body;
use parasol_proto::stream::StreamError;
use tokio::net::TcpStream;

use crate::buffer::Size;
use crate::codec::{Codec, Moved};
use crate::flow::Flow;
use crate::socket::{Break, reset_on_close};
use crate::source::Source;
use crate::stats::Direction;
use crate::summary::{FlowEnd, PeerFault};

/// The two ends of a flow.
pub(crate) struct Ends<'a> {
    /// The one that was accepted.
    pub(crate) near: &'a TcpStream,
    /// Where its part ends before it hangs up: behind the body of a forwarded HTTP request.
    pub(crate) body: Option<Body>,
    /// The one that was dialled.
    pub(crate) far: &'a TcpStream,
}

/// Why relaying stopped.
pub(crate) enum Stopped {
    /// Both ends finished.
    Finished,
    /// The near end was lost.
    NearLost,
    /// The far end was lost.
    FarLost,
    /// The near end sent what is not sealed with our key.
    NearBroke(StreamError),
    /// The far end did.
    FarBroke(StreamError),
}

/// How many bytes a direction may move before other flows of the thread get their turn.
const TURN: usize = 512 * 1024;

/// Relays until both ends have finished or one is lost. When one is lost before it had finished, closing the other will be
/// a reset: it shall not take what came for all there was.
pub(crate) async fn relay(flow: &Flow, ends: Ends<'_>, up: Codec, down: Codec) -> Stopped {
    let Ends { near, body, far } = ends;
    let (mut near_finished, mut far_finished) = (false, false);
    let up = async {
        pump(flow, Source::of(near, body), far, up, Direction::Tx).await.map_err(|error| match error {
            Break::Read => Stopped::NearLost,
            Break::Write => Stopped::FarLost,
            Break::Sealed(error) => Stopped::NearBroke(error),
        })?;
        near_finished = true;
        Ok(())
    };
    let down = async {
        pump(flow, Source::whole(far), near, down, Direction::Rx).await.map_err(|error| match error {
            Break::Read => Stopped::FarLost,
            Break::Write => Stopped::NearLost,
            Break::Sealed(error) => Stopped::FarBroke(error),
        })?;
        far_finished = true;
        Ok(())
    };
    let stopped = match tokio::try_join!(up, down) {
        Ok(((), ())) => Stopped::Finished,
        Err(stopped) => stopped,
    };
    match &stopped {
        Stopped::NearLost | Stopped::NearBroke(_) if !near_finished => reset_on_close(far),
        Stopped::FarLost | Stopped::FarBroke(_) if !far_finished => reset_on_close(near),
        _ => {}
    }
    stopped
}

impl Stopped {
    /// How a flow ends by this whose far end is a Shadowsocks server.
    pub(crate) fn through_server(self, flow: &Flow) -> FlowEnd {
        match self {
            Stopped::Finished => flow.end_of_stream(),
            Stopped::FarLost if flow.rx() == 0 => FlowEnd::BadPeer(PeerFault::Closed),
            Stopped::FarLost => FlowEnd::BadPeer(PeerFault::Lost),
            Stopped::FarBroke(error) => FlowEnd::BadPeer(error.into()),
            Stopped::NearLost | Stopped::NearBroke(_) => FlowEnd::Done,
        }
    }
}

impl From<StreamError> for PeerFault {
    fn from(error: StreamError) -> Self {
        match error {
            StreamError::ClockSkew => PeerFault::ClockSkew,
            StreamError::Replay => PeerFault::Replay,
            _ => PeerFault::NotAuthentic,
        }
    }
}

/// Moves the bytes of one direction until its source has finished.
async fn pump(
    flow: &Flow,
    mut from: Source<'_>,
    to: &TcpStream,
    mut codec: Codec,
    direction: Direction,
) -> Result<(), Break> {
    let mut size = Size::Small;
    let mut turn = 0;
    loop {
        if from.is_over() {
            from.beyond().await?;
            finish(flow, to, direction);
            return from.discard().await;
        }
        from.stream().readable().await.map_err(|_| Break::Read)?;
        match codec.round(&mut from, to, &mut size, |n| flow.moved(direction, n)).await? {
            Moved::None => {}
            Moved::Bytes(n) => {
                turn += n;
                if turn >= TURN {
                    turn = 0;
                    tokio::task::yield_now().await;
                }
            }
            Moved::End => {
                finish(flow, to, direction);
                return Ok(());
            }
        }
    }
}

/// Passes on that a direction's source has finished.
fn finish(flow: &Flow, to: &TcpStream, direction: Direction) {
    flow.finished(direction);
    // The other side may be gone already; its own direction will find that out.
    let _ = socket2::SockRef::from(to).shutdown(Shutdown::Write);
}
