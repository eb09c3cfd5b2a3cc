//! The way to the origin: through SOCKS5, or straight.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddrV4, TcpStream, UdpSocket};
use std::time::Duration;

use crate::options::Options;

/// How long anything may be waited for; a relay that needs longer is broken.
const PATIENCE: Duration = Duration::from_secs(10);

const CONNECT: u8 = 1;
const UDP_ASSOCIATE: u8 = 3;

/// Where to, and through what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Way {
    pub(crate) target: SocketAddrV4,
    socks: Option<SocketAddrV4>,
}

/// A way for datagrams.
pub(crate) struct Association {
    /// Connected to whoever takes them.
    pub(crate) socket: UdpSocket,
    /// What stands before each payload, both ways.
    pub(crate) header: Vec<u8>,
    /// The association ends with this connection.
    _control: Option<TcpStream>,
}

impl Way {
    pub(crate) fn of(options: &Options) -> Result<Way, String> {
        Ok(Way { target: options.target()?, socks: options.socks })
    }

    /// A connection on which the origin can be spoken to.
    pub(crate) fn connect(&self) -> io::Result<TcpStream> {
        match self.socks {
            None => open(self.target),
            Some(local) => {
                let mut stream = greeted(local)?;
                ask(&mut stream, CONNECT, self.target)?;
                Ok(stream)
            }
        }
    }

    /// A socket whose datagrams reach the origin.
    pub(crate) fn associate(&self) -> io::Result<Association> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        let Some(local) = self.socks else {
            socket.connect(self.target)?;
            return Ok(Association { socket, header: Vec::new(), _control: None });
        };
        let mut control = greeted(local)?;
        let mut relay = ask(&mut control, UDP_ASSOCIATE, SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0))?;
        if relay.ip().is_unspecified() {
            relay.set_ip(*local.ip());
        }
        socket.connect(relay)?;
        let mut header = vec![0, 0, 0];
        encode(self.target, &mut header);
        Ok(Association { socket, header, _control: Some(control) })
    }
}

fn open(address: SocketAddrV4) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// A connection to a local that has answered that no login is needed.
fn greeted(local: SocketAddrV4) -> io::Result<TcpStream> {
    let mut stream = open(local)?;
    stream.write_all(&[5, 1, 0])?;
    let mut answer = [0; 2];
    stream.read_exact(&mut answer)?;
    if answer == [5, 0] { Ok(stream) } else { Err(io::Error::other("the local refused the greeting")) }
}

/// Sends a request and reads the answer; gives the address in it.
fn ask(stream: &mut TcpStream, command: u8, address: SocketAddrV4) -> io::Result<SocketAddrV4> {
    let mut request = vec![5, command, 0];
    encode(address, &mut request);
    stream.write_all(&request)?;
    let mut head = [0; 4];
    stream.read_exact(&mut head)?;
    if head[1] != 0 {
        return Err(io::Error::other(format!("the local answered with code {}", head[1])));
    }
    let len = match head[3] {
        1 => 4,
        4 => 16,
        _ => return Err(io::Error::other("the local answered with a name")),
    };
    let mut rest = vec![0; len + 2];
    stream.read_exact(&mut rest)?;
    let ip = <[u8; 4]>::try_from(&rest[..len]).map_or(Ipv4Addr::UNSPECIFIED, Ipv4Addr::from);
    Ok(SocketAddrV4::new(ip, u16::from_be_bytes([rest[len], rest[len + 1]])))
}

/// Address type, address and port, as SOCKS5 writes them.
fn encode(address: SocketAddrV4, out: &mut Vec<u8>) {
    out.push(1);
    out.extend_from_slice(&address.ip().octets());
    out.extend_from_slice(&address.port().to_be_bytes());
}
