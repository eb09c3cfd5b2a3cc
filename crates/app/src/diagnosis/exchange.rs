//! What is said through a local on this machine, as a client of each of its protocols: a few bytes there, and the same
//! back. Whatever else comes is no answer; nothing here waits for long by itself, for whoever asks bounds it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How a client comes to a local.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Socks5,
    Http,
    Udp,
}

/// What sends back what it gets, over TCP and UDP, until dropped.
pub(super) struct Echo {
    stream: SocketAddrV4,
    datagrams: SocketAddrV4,
    _tasks: JoinSet<()>,
}

/// What is said.
type Words = [u8; 24];
/// As long as any that is sent here.
const ROOM: usize = 512;
/// How often a datagram is sent that nobody answers, and how long each is waited for. They get lost when a machine is busy.
const SENT: usize = 4;
const EACH: Duration = Duration::from_secs(1);

impl Echo {
    pub(super) async fn start() -> io::Result<Echo> {
        let any = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0);
        let (listener, socket) = (TcpListener::bind(any).await?, UdpSocket::bind(any).await?);
        let (stream, datagrams) = (v4(listener.local_addr()?)?, v4(socket.local_addr()?)?);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut clients = JoinSet::new();
            // Beyond any that we ask with; a flood of others is not to be served.
            const MOST: usize = 64;
            while let Ok((mut client, _)) = listener.accept().await {
                while clients.try_join_next().is_some() {}
                if clients.len() < MOST {
                    clients.spawn(async move {
                        let (mut from, mut to) = client.split();
                        let _ = tokio::io::copy(&mut from, &mut to).await;
                    });
                }
            }
        });
        tasks.spawn(async move {
            let mut buffer = [0; ROOM];
            loop {
                // An error is that of a datagram before.
                if let Ok((len, from)) = socket.recv_from(&mut buffer).await {
                    let _ = socket.send_to(&buffer[..len], from).await;
                }
            }
        });
        Ok(Echo { stream, datagrams, _tasks: tasks })
    }
}

/// Whether what was said to the echo through this local came back.
pub(super) async fn came_back(local: SocketAddr, by: By, echo: &Echo) -> bool {
    let mut words = Words::default();
    // Those of another run would do as well; only nobody can have them ready.
    let _ = getrandom::fill(&mut words);
    let came = match by {
        By::Socks5 => by_socks5(local, echo.stream, words).await,
        By::Http => by_http(local, echo.stream, words).await,
        By::Udp => by_udp(local, echo.datagrams, words).await,
    };
    came.is_ok_and(|came| came == words)
}

/// Whether it takes a client of SOCKS5.
pub(super) async fn greets(local: SocketAddr) -> bool {
    let greeted = async { greet(&mut TcpStream::connect(local).await?).await };
    greeted.await.is_ok()
}

/// Asks for something at a host of this name. The connection lasts as long as what is given back.
pub(super) async fn ask_for_name(local: SocketAddr, name: &str) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(local).await?;
    greet(&mut stream).await?;
    let len = u8::try_from(name.len()).map_err(io::Error::other)?;
    stream.write_all(&[&[5, 1, 0, 3, len], name.as_bytes(), &80_u16.to_be_bytes()].concat()).await?;
    stream.read_exact(&mut [0; 10]).await?;
    stream.write_all(b"?").await?;
    Ok(stream)
}

async fn by_socks5(local: SocketAddr, target: SocketAddrV4, words: Words) -> io::Result<Words> {
    let mut stream = TcpStream::connect(local).await?;
    greet(&mut stream).await?;
    request(&mut stream, 1, target).await?;
    echoed(stream, words).await
}

async fn by_http(local: SocketAddr, target: SocketAddrV4, words: Words) -> io::Result<Words> {
    let mut stream = TcpStream::connect(local).await?;
    stream.write_all(format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n").as_bytes()).await?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= ROOM {
            return Err(io::ErrorKind::InvalidData.into());
        }
        head.push(stream.read_u8().await?);
    }
    let status = head.split(|byte| *byte == b' ').nth(1);
    if !head.starts_with(b"HTTP/1.") || status != Some(&b"200"[..]) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    echoed(stream, words).await
}

/// ```text
/// 00 00 00  01 IPv4 port  words
/// ```
async fn by_udp(local: SocketAddr, target: SocketAddrV4, words: Words) -> io::Result<Words> {
    let mut stream = TcpStream::connect(local).await?;
    greet(&mut stream).await?;
    let at = request(&mut stream, 3, SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0)).await?;
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    socket.connect(at).await?;
    let header = [&[0, 0, 0, 1][..], &target.ip().octets(), &target.port().to_be_bytes()].concat();
    let packet = [&header[..], &words].concat();
    let mut buffer = [0; ROOM];
    for _ in 0..SENT {
        socket.send(&packet).await?;
        if let Ok(len) = timeout(EACH, socket.recv(&mut buffer)).await {
            let came = buffer[..len?].get(header.len()..).unwrap_or_default();
            return came.try_into().map_err(|_| io::ErrorKind::InvalidData.into());
        }
    }
    Err(io::ErrorKind::TimedOut.into())
}

async fn greet(stream: &mut TcpStream) -> io::Result<()> {
    stream.write_all(&[5, 1, 0]).await?;
    let mut choice = [0; 2];
    stream.read_exact(&mut choice).await?;
    if choice == [5, 0] { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) }
}

/// Gives the address that the reply names.
async fn request(stream: &mut TcpStream, command: u8, target: SocketAddrV4) -> io::Result<SocketAddr> {
    let (ip, port) = (target.ip().octets(), target.port().to_be_bytes());
    stream.write_all(&[&[5, command, 0, 1], &ip[..], &port[..]].concat()).await?;
    let mut reply = [0; 10];
    stream.read_exact(&mut reply).await?;
    let [5, 0, _, 1, a, b, c, d, high, low] = reply else { return Err(io::ErrorKind::InvalidData.into()) };
    Ok(SocketAddr::from(([a, b, c, d], u16::from_be_bytes([high, low]))))
}

async fn echoed(mut stream: TcpStream, words: Words) -> io::Result<Words> {
    stream.write_all(&words).await?;
    let mut came = Words::default();
    stream.read_exact(&mut came).await?;
    Ok(came)
}

fn v4(address: SocketAddr) -> io::Result<SocketAddrV4> {
    match address {
        SocketAddr::V4(address) => Ok(address),
        SocketAddr::V6(_) => Err(io::ErrorKind::AddrNotAvailable.into()),
    }
}
