//! An HTTP/1.1 origin, one request a connection:
//!
//! | request | answer |
//! |---|---|
//! | `GET /bytes/N` | N bytes of [`payload::bytes`] with seed [`SEED`] |
//! | `GET /head` | the request's head as it arrived |
//! | `PUT` or `POST` anything | the body's length and SHA-256 |

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::payload::{self, read_to_end};

/// The seed of what is served.
pub const SEED: u64 = 7;

/// A listening origin, until dropped.
#[derive(Debug)]
pub struct Origin {
    /// Where it listens.
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

impl Origin {
    /// Listens on any free port of 127.0.0.1.
    pub async fn start() -> Origin {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("loopback has free ports");
        let address = listener.local_addr().expect("a bound socket has an address");
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.expect("a test stays within its descriptors");
                connections.spawn(async move {
                    // The tests look at errors from the client's side.
                    let _ = serve(stream).await;
                });
            }
        });
        Origin { address, task }
    }

    /// The URL of a path.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(stream: TcpStream) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let body = match field(&head, "content-length") {
        Some(len) => {
            if field(&head, "expect").is_some() {
                stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
            }
            let len: u64 = len.parse().map_err(io::Error::other)?;
            let sum = read_to_end(&mut (&mut stream).take(len)).await?;
            format!("{} {}", sum.len, sum.sha256).into_bytes()
        }
        None => match head.split(' ').nth(1).and_then(|path| path.strip_prefix("/bytes/")) {
            Some(len) => payload::bytes(len.parse().map_err(io::Error::other)?, SEED),
            None => head.clone().into_bytes(),
        },
    };
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    stream.write_all(answer.as_bytes()).await?;
    stream.write_all(&body).await?;
    stream.shutdown().await
}

fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(n, _)| n.eq_ignore_ascii_case(name))
        .map(|(_, v)| v.trim())
}
