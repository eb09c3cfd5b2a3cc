//! A SOCKS5 client (RFC 1928) that says exactly what a test wants.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::deadline::within;

/// What is said first: version 5, one method, no login.
pub const GREETING: &[u8] = &[5, 1, 0];

/// The bytes of a CONNECT request to an IP.
#[must_use]
pub fn request(target: SocketAddr) -> Vec<u8> {
    let mut bytes = vec![5, 1, 0];
    match target {
        SocketAddr::V4(v4) => {
            bytes.push(1);
            bytes.extend(v4.ip().octets());
        }
        SocketAddr::V6(v6) => {
            bytes.push(4);
            bytes.extend(v6.ip().octets());
        }
    }
    bytes.extend(target.port().to_be_bytes());
    bytes
}

/// The bytes of a CONNECT request to a name, which may be any bytes.
#[must_use]
pub fn request_name(name: &[u8], port: u16) -> Vec<u8> {
    let len = u8::try_from(name.len()).expect("a name in a request has at most 255 bytes");
    [&[5, 1, 0, 3, len][..], name, &port.to_be_bytes()].concat()
}

/// Connects to the proxy and greets it; panics unless it takes the greeting.
pub async fn greeted(proxy: SocketAddr) -> TcpStream {
    let mut stream = within("the proxy's port", TcpStream::connect(proxy)).await.expect("the proxy listens");
    stream.set_nodelay(true).expect("it is connected");
    stream.write_all(GREETING).await.expect("the proxy reads");
    let mut choice = [0; 2];
    within("the choice of a method", stream.read_exact(&mut choice)).await.expect("the proxy answers");
    assert_eq!(choice, [5, 0], "no login is asked for");
    stream
}

/// Reads a whole reply and returns its code.
///
/// # Errors
/// When the stream ends before.
pub async fn reply(stream: &mut TcpStream) -> io::Result<u8> {
    within("the reply", async {
        let mut head = [0; 4];
        stream.read_exact(&mut head).await?;
        let rest = match head[3] {
            1 => 4 + 2,
            4 => 16 + 2,
            3 => usize::from(stream.read_u8().await?) + 2,
            other => panic!("the reply has the address type {other}"),
        };
        assert_eq!((head[0], head[2]), (5, 0), "version and reserved byte of the reply");
        stream.read_exact(&mut vec![0; rest]).await?;
        Ok(head[1])
    })
    .await
}

/// A stream to `target` through `proxy`, or the reply's code.
///
/// # Errors
/// The reply's code; 0xFF when there was no whole reply.
pub async fn connect(proxy: SocketAddr, target: SocketAddr) -> Result<TcpStream, u8> {
    ask(proxy, &request(target)).await
}

/// As [`connect`], to a name.
///
/// # Errors
/// As [`connect`].
pub async fn connect_name(proxy: SocketAddr, name: &str, port: u16) -> Result<TcpStream, u8> {
    ask(proxy, &request_name(name.as_bytes(), port)).await
}

/// As [`connect`], with the request's bytes.
///
/// # Errors
/// As [`connect`].
pub async fn ask(proxy: SocketAddr, request: &[u8]) -> Result<TcpStream, u8> {
    let mut stream = greeted(proxy).await;
    stream.write_all(request).await.map_err(|_| 0xff)?;
    match reply(&mut stream).await {
        Ok(0) => Ok(stream),
        Ok(code) => Err(code),
        Err(_) => Err(0xff),
    }
}
