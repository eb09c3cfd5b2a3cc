//! How a request of the local role leaves: straight, or through a Shadowsocks server.

use std::time::Duration;

use parasol_proto::http::Body;
use parasol_proto::legacy::StreamMethod;
use parasol_proto::stream::{Opener, seal_request};
use parasol_proto::{Address, Method, ServerConfig};
use tokio::net::TcpStream;

use crate::codec::Codec;
use crate::config::Outbound;
use crate::dial::{Dialer, Fence};
use crate::flows::Entry;
use crate::inbound::Head;
use crate::random;
use crate::relay::{Connected, Stopped};
use crate::socket::{Break, write_all};
use crate::stage::Stage;
use crate::stats::Direction;
use crate::summary::FlowEnd;

/// How long the client's first bytes are waited for after its request was granted, so that they leave together with
/// the head. Where the target speaks first none come, and this is what it costs.
const FIRST_BYTES: Duration = Duration::from_millis(3);

/// More than a head takes besides payload and padding, unless there are several identity headers.
const HEAD: usize = 512;

impl Outbound {
    /// The server that requests go through.
    pub(crate) fn server(&self) -> Option<&Address> {
        match self {
            Outbound::Direct => None,
            Outbound::Shadowsocks(config) => Some(config.address()),
        }
    }

    /// Dials what has to be dialled: the server, or the target itself within `fence`. The name of a target that goes
    /// through a server is not looked up here.
    pub(crate) async fn dial(
        &self,
        entry: &Entry,
        dialer: &Dialer,
        target: &Address,
        fence: Fence<'_>,
    ) -> Result<TcpStream, FlowEnd> {
        match self.server() {
            Some(server) => dialer.dial(entry, server, Fence::Server).await,
            None => dialer.dial(entry, target, fence).await,
        }
    }

    /// Begins to relay between the client and what was dialled: sends what there is of the client. `head` holds what it
    /// sent behind its request.
    pub(crate) async fn begin(
        &self,
        entry: &Entry,
        target: &Address,
        body: Option<Body>,
        head: &mut Head<'_>,
        far: TcpStream,
    ) -> Result<Connected, FlowEnd> {
        entry.enter(Stage::Stream);
        if head.bytes.is_empty() {
            head.moment(FIRST_BYTES).await;
        }
        let payload = std::mem::take(&mut head.bytes);
        if !payload.is_empty() {
            entry.flow.moved(Direction::Tx, payload.len() as u64);
        }
        match self.start(&far, target, &payload).await {
            Ok((up, down)) => Ok(Connected { far, body, up, down }),
            Err(_) => Err(self.ended(entry, Stopped::FarLost)),
        }
    }

    /// How a flow ends by this.
    pub(crate) fn ended(&self, entry: &Entry, stopped: Stopped) -> FlowEnd {
        match self {
            Outbound::Direct => FlowEnd::Done,
            Outbound::Shadowsocks(_) => stopped.through_server(&entry.flow),
        }
    }

    /// Sends the head and the client's first payload in one write, and tells how the rest is to be treated.
    pub(crate) async fn start(
        &self,
        far: &TcpStream,
        target: &Address,
        payload: &[u8],
    ) -> Result<(Codec, Codec), Break> {
        match self {
            Outbound::Direct => {
                write_all(far, payload).await?;
                Ok((Codec::Plain, Codec::Plain))
            }
            Outbound::Shadowsocks(config) => start_shadowsocks(config, far, target, payload).await,
        }
    }
}

async fn start_shadowsocks(
    config: &ServerConfig,
    far: &TcpStream,
    target: &Address,
    payload: &[u8],
) -> Result<(Codec, Codec), Break> {
    let salt = random::salt(config.method());
    let padding = if payload.is_empty() { random::padding() } else { Vec::new() };
    let mut head = Vec::with_capacity(payload.len() + padding.len() + HEAD);
    let sealer = seal_request(config, target, payload, salt.as_slice(), &padding, random::unix_now(), &mut head);
    write_all(far, &head).await?;
    if config.method() == Method::Stream(StreamMethod::None) {
        // There is nothing to be done to what follows.
        return Ok((Codec::Plain, Codec::Plain));
    }
    let opener = Opener::response(config, salt.as_slice());
    Ok((Codec::Seal(sealer), Codec::Open { opener, kept: Vec::new() }))
}
