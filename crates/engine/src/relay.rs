//! The relay: bytes from one socket to another, both ways at once, sealed or opened on the way.
//!
//! Each direction waits without a buffer, takes one when bytes are there, reads them to where they will be sealed or
//! opened, does that in place, and leaves with one write ([`crate::codec`]). An end of file goes on as a half-close, a
//! loss as a reset.

use std::convert::Infallible;
use std::net::Shutdown;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering::Relaxed};

use parasol_proto::http::Body;
use parasol_proto::stream::StreamError;
use tokio::net::TcpStream;

use crate::buffer::Size;
use crate::codec::{Codec, Moved};
use crate::flow::Flow;
use crate::socket::{Break, reset_on_close};
use crate::socket_options::SocketOptions;
use crate::source::Source;
use crate::stats::Direction;
use crate::summary::{FlowEnd, PeerFault};
use crate::turn::{Haul, Turn};
use crate::watch::Watch;

/// What a flow has from the moment when both its ends are there.
pub(crate) struct Connected {
    /// The end that was dialled.
    pub(crate) far: TcpStream,
    /// Where the part of the other one ends before it hangs up: behind the body of a forwarded HTTP request.
    pub(crate) body: Option<Body>,
    /// What is done to the bytes of the client.
    pub(crate) up: Codec,
    /// What is done to those for it.
    pub(crate) down: Codec,
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

/// What the two directions know of each other.
struct Both {
    /// True until one of them finishes.
    first: AtomicBool,
    /// One of them is over.
    one_over: AtomicBool,
    /// How many hold bytes that they have taken and not passed on. Neither may be dropped then.
    holding: AtomicU8,
}

/// Why a direction stopped before its source had finished.
enum Pause {
    Broke(Break),
    /// The flow is heavy. Both directions can be gone on with elsewhere.
    Heavy,
}

/// Why nothing is relayed any more.
enum Halt {
    Heavy,
    Stopped(Stopped),
    /// It was ended from outside, or by a change of the network.
    Ended(FlowEnd),
}

/// Relays until both ends have finished or one is lost. When one is lost before it had finished, closing the other will be
/// a reset: it shall not take what came for all there was. `None` when the flow turns out to be heavy: then it is to be
/// relayed on, from where it stands, by another call.
///
/// # Errors
/// How the flow was ended from outside, or with the network that it went over.
pub(crate) async fn relay(
    flow: &Flow,
    near: &TcpStream,
    connected: &mut Connected,
    sockets: &SocketOptions,
) -> Result<Option<Stopped>, FlowEnd> {
    let Connected { far, body, up, down } = connected;
    let far = &*far;
    let (mut near_finished, mut far_finished) = (false, false);
    let both = Both { first: AtomicBool::new(true), one_over: AtomicBool::new(false), holding: AtomicU8::new(0) };
    let in_doubt = AtomicBool::new(false);
    let up = async {
        pump(flow, Source::of(near, body.as_mut()), far, up, (Direction::Tx, &both)).await.map_err(
            |why| match why {
                Pause::Heavy => Halt::Heavy,
                Pause::Broke(Break::Read) => Halt::Stopped(Stopped::NearLost),
                Pause::Broke(Break::Write) => Halt::Stopped(Stopped::FarLost),
                Pause::Broke(Break::Sealed(error)) => Halt::Stopped(Stopped::NearBroke(error)),
            },
        )?;
        near_finished = true;
        both.one_is_over()
    };
    let down = async {
        pump(flow, Source::whole(far), near, down, (Direction::Rx, &both)).await.map_err(|why| match why {
            Pause::Heavy => Halt::Heavy,
            Pause::Broke(Break::Read) => Halt::Stopped(Stopped::FarLost),
            Pause::Broke(Break::Write) => Halt::Stopped(Stopped::NearLost),
            Pause::Broke(Break::Sealed(error)) => Halt::Stopped(Stopped::FarBroke(error)),
        })?;
        far_finished = true;
        both.one_is_over()
    };
    // Boxed, because what starts and holds a flow has room for all that is not.
    let watch = Box::pin(Watch { flow, near, far, sockets, in_doubt: &in_doubt }.end());
    let outside = async { Err::<Infallible, _>(Halt::Ended(watch.await)) };
    let stopped = match tokio::try_join!(outside, up, down) {
        Ok((never, (), ())) => match never {},
        Err(Halt::Heavy) => return Ok(None),
        Err(Halt::Ended(end)) => return Err(end),
        Err(Halt::Stopped(stopped)) => stopped,
    };
    match &stopped {
        Stopped::NearLost | Stopped::NearBroke(_) if !near_finished => reset_on_close(far),
        Stopped::FarLost | Stopped::FarBroke(_) if !far_finished => reset_on_close(near),
        _ => {}
    }
    match stopped {
        Stopped::FarLost if in_doubt.load(Relaxed) => Err(FlowEnd::Stranded),
        stopped => Ok(Some(stopped)),
    }
}

impl Both {
    /// A direction is over: with the second one, all of it is.
    fn one_is_over(&self) -> Result<(), Halt> {
        if self.one_over.swap(true, Relaxed) { Err(Halt::Stopped(Stopped::Finished)) } else { Ok(()) }
    }
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

impl From<Break> for Pause {
    fn from(broke: Break) -> Pause {
        Pause::Broke(broke)
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

/// Moves the bytes of one direction until its source has finished. Dropped where it waits, it can be begun anew and goes
/// on, unless it is [`Both::holding`]: a source that has finished says so again, and passing that on twice does no harm.
async fn pump(
    flow: &Flow,
    mut from: Source<'_>,
    to: &TcpStream,
    codec: &mut Codec,
    (direction, both): (Direction, &Both),
) -> Result<(), Pause> {
    let mut size = Size::Small;
    let mut turn = Turn::default();
    let mut haul = Haul::default();
    loop {
        if from.is_over() {
            Box::pin(from.beyond()).await?;
            flow.finished(direction);
            half_close(to);
            return Ok(Box::pin(from.discard()).await?);
        }
        from.stream().readable().await.map_err(|_| Break::Read)?;
        from.give(turn.room());
        // Apart from the wait for the other side, so that what a round came to is not kept through it.
        let (moved, unsent) = match codec.round(&mut from, to, &mut size, |n| flow.moved(direction, n))? {
            Moved::None => continue,
            Moved::Bytes(n) => (n, None),
            Moved::Waits(n, unsent) => (n, Some(unsent)),
            Moved::End => {
                flow.finished(direction);
                // Behind the second one both sockets are closed, which says the same.
                if both.first.swap(false, Relaxed) {
                    half_close(to);
                }
                return Ok(());
            }
        };
        if let Some(mut unsent) = unsent {
            both.holding.fetch_add(1, Relaxed);
            unsent.leave(to).await?;
            both.holding.fetch_sub(1, Relaxed);
        }
        if haul.add(flow.tick(), moved) > flow.heavy_after() && both.holding.load(Relaxed) == 0 {
            return Err(Pause::Heavy);
        }
        if turn.is_over(moved) {
            tokio::task::yield_now().await;
        }
    }
}

/// Passes on that a direction's source has finished.
fn half_close(to: &TcpStream) {
    // The other side may be gone already; its own direction will find that out.
    let _ = socket2::SockRef::from(to).shutdown(Shutdown::Write);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What of a flow's end is the server's doing, by whether a byte had come back.
    #[test]
    fn every_stop_is_blamed_on_whom_it_should_be() {
        type Case = (fn() -> Stopped, FlowEnd, FlowEnd);
        let cases: [Case; 7] = [
            (|| Stopped::Finished, FlowEnd::Done, FlowEnd::Done),
            (|| Stopped::NearLost, FlowEnd::Done, FlowEnd::Done),
            (|| Stopped::NearBroke(StreamError::NotAuthentic), FlowEnd::Done, FlowEnd::Done),
            (|| Stopped::FarLost, FlowEnd::BadPeer(PeerFault::Closed), FlowEnd::BadPeer(PeerFault::Lost)),
            (
                || Stopped::FarBroke(StreamError::NotAuthentic),
                FlowEnd::BadPeer(PeerFault::NotAuthentic),
                FlowEnd::BadPeer(PeerFault::NotAuthentic),
            ),
            (
                || Stopped::FarBroke(StreamError::ClockSkew),
                FlowEnd::BadPeer(PeerFault::ClockSkew),
                FlowEnd::BadPeer(PeerFault::ClockSkew),
            ),
            (
                || Stopped::FarBroke(StreamError::Replay),
                FlowEnd::BadPeer(PeerFault::Replay),
                FlowEnd::BadPeer(PeerFault::Replay),
            ),
        ];
        for (index, (stopped, before, after)) in cases.into_iter().enumerate() {
            let flow = Flow::streaming(true);
            assert_eq!(stopped().through_server(&flow), before, "case {index}, before a byte came back");
            flow.moved(Direction::Rx, 1);
            assert_eq!(stopped().through_server(&flow), after, "case {index}, after one did");
        }
        // A server that finished first, and without a byte, has refused us.
        let flow = Flow::streaming(true);
        flow.finished(Direction::Rx);
        assert_eq!(Stopped::Finished.through_server(&flow), FlowEnd::BadPeer(PeerFault::Closed));
    }

    #[test]
    fn every_break_of_the_framing_but_two_is_for_want_of_the_key() {
        for (error, fault) in [
            (StreamError::NotAuthentic, PeerFault::NotAuthentic),
            (StreamError::ShortHead, PeerFault::NotAuthentic),
            (StreamError::ChunkTooLong, PeerFault::NotAuthentic),
            (StreamError::WrongType, PeerFault::NotAuthentic),
            (StreamError::ClockSkew, PeerFault::ClockSkew),
            (StreamError::Replay, PeerFault::Replay),
            (StreamError::ForeignResponse, PeerFault::NotAuthentic),
            (StreamError::BadAddress, PeerFault::NotAuthentic),
            (StreamError::BadPadding, PeerFault::NotAuthentic),
        ] {
            assert_eq!(PeerFault::from(error), fault, "{error:?}");
        }
    }
}
