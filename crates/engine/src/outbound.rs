//! How a request of the local role leaves: straight, or through a Shadowsocks server.

use parasol_proto::stream::{Opener, seal_request};
use parasol_proto::{Address, ServerConfig};
use tokio::net::TcpStream;

use crate::codec::Codec;
use crate::config::{Egress, Outbound};
use crate::dial::dial;
use crate::flows::Entry;
use crate::random;
use crate::resolve::Resolver;
use crate::socket::{Break, write_all};
use crate::summary::FlowEnd;

impl Outbound {
    /// The server that requests go through.
    pub(crate) fn server(&self) -> Option<&Address> {
        match self {
            Outbound::Direct => None,
            Outbound::Shadowsocks(config) => Some(config.address()),
        }
    }

    /// Dials what has to be dialled: the server, or the target itself. The name of a target that goes through a server
    /// is not looked up here.
    pub(crate) async fn dial(
        &self,
        entry: &Entry,
        resolver: &Resolver,
        target: &Address,
    ) -> Result<TcpStream, FlowEnd> {
        dial(entry, resolver, self.server().unwrap_or(target), Egress::Any).await
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
    let mut head = Vec::new();
    let sealer = seal_request(config, target, payload, salt.as_slice(), &padding, random::unix_now(), &mut head);
    write_all(far, &head).await?;
    let opener = Opener::response(config, salt.as_slice());
    Ok((Codec::Seal(sealer), Codec::Open { opener, kept: Vec::new() }))
}
