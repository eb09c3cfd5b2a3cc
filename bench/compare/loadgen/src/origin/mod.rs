//! The target of all load, on two ports: one for everything that begins with a [`crate::hello`], and for datagrams,
//! which go back; and the port above it, where the target speaks first, as SSH, SMTP and MySQL do.

mod conversation;

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{SocketAddrV4, TcpListener, TcpStream, UdpSocket};
use std::os::fd::AsRawFd;
use std::thread;

use self::conversation::Conversation;
use crate::dial::Way;
use crate::hello::{self, Kind};
use crate::pattern::Pattern;
use crate::sys::{self, Batch, Epoll, Events, READ};

/// What a client reads on the port where the target speaks first.
pub(crate) const GREETING: &[u8] = b"220 hello";

/// What the origin has counted of all flows up.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    /// Bytes that came.
    pub(crate) received: u64,
    /// Reads that were not the pattern.
    pub(crate) bad: u64,
}

impl Tally {
    fn encode(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.received.to_le_bytes());
        bytes[8..].copy_from_slice(&self.bad.to_le_bytes());
        bytes
    }
}

/// Asks an origin for its tally, on a connection that no relay is part of.
pub(crate) struct TallyReader(TcpStream);

impl TallyReader {
    pub(crate) fn connect(way: &Way) -> io::Result<TallyReader> {
        let mut stream = TcpStream::connect(way.target)?;
        stream.write_all(&hello::encode(Kind::Tally, 0))?;
        Ok(TallyReader(stream))
    }

    pub(crate) fn read(&mut self) -> io::Result<Tally> {
        self.0.write_all(b"?")?;
        let (mut received, mut bad) = ([0; 8], [0; 8]);
        self.0.read_exact(&mut received)?;
        self.0.read_exact(&mut bad)?;
        Ok(Tally { received: u64::from_le_bytes(received), bad: u64::from_le_bytes(bad) })
    }
}

/// Serves until it is ended from outside.
pub(crate) fn serve(address: SocketAddrV4) -> io::Result<()> {
    let listener = listen(address)?;
    let greeter = listen(SocketAddrV4::new(*address.ip(), address.port() + 1))?;
    let socket = UdpSocket::bind(address)?;
    sys::enlarge_buffers(&socket)?;
    thread::spawn(move || greet(&greeter));
    thread::spawn(move || echo(&socket));
    converse(&listener)
}

/// One thread for all connections: a second one would take a core from the relays.
fn converse(listener: &TcpListener) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let pattern = Pattern::new()?;
    let epoll = Epoll::new()?;
    epoll.add(listener, READ)?;
    let mut tally = Tally::default();
    let mut buffer = vec![0; 1 << 18];
    let mut conversations = HashMap::new();
    let mut events = Events::new();
    loop {
        epoll.wait(&mut events, None)?;
        for event in events.iter() {
            if event.fd == listener.as_raw_fd() {
                while let Ok((stream, _)) = listener.accept() {
                    let fd = stream.as_raw_fd();
                    conversations.insert(fd, Conversation::new(stream, &epoll)?);
                }
            } else if let Some(conversation) = conversations.get_mut(&event.fd)
                && conversation.turn(event, &epoll, &pattern, &mut tally, &mut buffer).is_err()
            {
                conversations.remove(&event.fd);
            }
        }
    }
}

fn greet(listener: &TcpListener) {
    for mut stream in listener.incoming().flatten() {
        thread::spawn(move || {
            // Whoever leaves early has what it came for.
            let _ = stream.write_all(GREETING);
            let _ = stream.read(&mut [0; 16]);
        });
    }
}

fn echo(socket: &UdpSocket) {
    let mut batch = Batch::empty();
    loop {
        // An error is one datagram's: a client that has gone.
        if let Ok(n) = batch.receive(socket) {
            let _ = batch.send_back(socket, n);
        }
    }
}

fn listen(address: SocketAddrV4) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    sys::enlarge_backlog(&listener)?;
    Ok(listener)
}
