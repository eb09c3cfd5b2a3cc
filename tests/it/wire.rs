//! Both sides of an encrypted stream written by hand: a client that sends what no client would, and a server that
//! breaks off or lies where a test wants.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{SystemTime, UNIX_EPOCH};

use harness::deadline::within;
use harness::payload;
use parasol_proto::stream::{CHUNK_OVERHEAD, ChunkSealer, RequestOpener, TAG, seal_request, seal_response};
use parasol_proto::{Address, Method, ServerConfig};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

use crate::running::server_config;

/// One method of each framing.
pub(crate) const METHODS: [Method; 2] = [Method::Aes256Gcm, Method::Blake3Aes256Gcm];

/// Length of a chunk's sealed length field.
pub(crate) const LENGTH: usize = 2 + TAG;

/// A request for `target` with its first payload, and what seals the rest. Another `seed` gives another salt.
pub(crate) fn request(method: Method, target: SocketAddr, payload: &[u8], seed: u64) -> (Vec<u8>, ChunkSealer) {
    // The server's address is not part of what is sent.
    request_of(&server_config(target, method), target, payload, seed, unix_now())
}

/// As [`request`], of a client with this key whose clock shows `time`.
pub(crate) fn request_of(
    config: &ServerConfig,
    target: SocketAddr,
    payload: &[u8],
    seed: u64,
    time: u64,
) -> (Vec<u8>, ChunkSealer) {
    let salt = payload::bytes(config.method().key_len(), seed);
    let mut wire = Vec::new();
    let sealer = seal_request(config, &Address::from(target), payload, &salt, &[], time, &mut wire);
    (wire, sealer)
}

/// One whole chunk.
pub(crate) fn chunk(sealer: &mut ChunkSealer, payload: &[u8]) -> Vec<u8> {
    let mut buffer = vec![0; payload.len() + CHUNK_OVERHEAD];
    let slot = sealer.slots(buffer.len()).next().expect("there is room for one");
    buffer[slot].copy_from_slice(payload);
    let len = sealer.seal(&mut buffer, payload.len());
    assert_eq!(len, buffer.len(), "it is one chunk");
    buffer
}

/// A server that takes one connection at a time and then does what the test says.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    listener: TcpListener,
    method: Method,
}

/// A connection whose request was read.
pub(crate) struct Asked {
    pub(crate) stream: TcpStream,
    method: Method,
    salt: Vec<u8>,
}

impl Server {
    pub(crate) async fn start(method: Method) -> Server {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("loopback has free ports");
        Server { address: listener.local_addr().expect("it is bound"), listener, method }
    }

    /// The next connection, as soon as its request is whole.
    pub(crate) async fn asked(&self) -> Asked {
        let key = server_config(self.address, self.method).key().clone();
        let mut opener = RequestOpener::new(self.method, key);
        within("a request", async {
            let (mut stream, _) = self.listener.accept().await.expect("a test stays within its descriptors");
            let mut wire = Vec::new();
            loop {
                assert_ne!(stream.read_buf(&mut wire).await.expect("the relay sends"), 0, "a whole request comes");
                match opener.open(&mut wire, unix_now(), &mut |_| true).expect("our relay has the key") {
                    Ok(_) => return Asked { stream, method: self.method, salt: opener.salt().to_vec() },
                    Err(used) => drop(wire.drain(..used)),
                }
            }
        })
        .await
    }
}

impl Asked {
    /// The request's salt.
    pub(crate) fn salt(&self) -> &[u8] {
        &self.salt
    }

    /// The head of the answer with its first payload, not sent, and what seals the rest.
    pub(crate) fn answer(&self, payload: &[u8]) -> (Vec<u8>, ChunkSealer) {
        self.answer_at(payload, &self.salt, unix_now())
    }

    /// As [`Asked::answer`], to a request with this salt, of a server whose clock shows `time`.
    pub(crate) fn answer_at(&self, payload: &[u8], asked: &[u8], time: u64) -> (Vec<u8>, ChunkSealer) {
        let config = server_config(SocketAddr::from(([127, 0, 0, 1], 1)), self.method);
        let salt = payload::bytes(self.method.key_len(), 77);
        let mut wire = Vec::new();
        let sealer = seal_response(self.method, config.key(), asked, payload, &salt, time, &mut wire);
        (wire, sealer)
    }
}

pub(crate) fn unix_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_secs()
}
