//! Unix datagram sockets.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::Mode;
use rustix::process::umask;
use tokio::io::Interest;
use tokio::net;

#[derive(Debug)]
pub(super) struct LocalSocket {
    socket: UnixDatagram,
    /// The same, as the runtime has it: says when there is something to receive.
    watched: net::UnixDatagram,
    path: PathBuf,
    /// Device and inode of its file.
    file: (u64, u64),
}

/// What a socket is called; one without a name cannot be answered.
#[derive(Debug, Clone)]
pub struct Name(Arc<SocketAddr>);

impl LocalSocket {
    pub(super) fn bind(path: &Path) -> io::Result<LocalSocket> {
        make_room(path)?;
        // The file is made without the rights of others, so that they have none for a moment either. Another thread's
        // new files get fewer rights than they ask for meanwhile; nothing here makes any that others are to read.
        let before = umask(Mode::RWXG | Mode::RWXO | Mode::XUSR);
        let bound = UnixDatagram::bind(path);
        umask(before);
        let socket = bound?;
        socket.set_nonblocking(true)?;
        let about = fs::symlink_metadata(path)?;
        let watched = net::UnixDatagram::from_std(socket.try_clone()?)?;
        Ok(LocalSocket { socket, watched, path: path.to_owned(), file: (about.dev(), about.ino()) })
    }

    pub(super) async fn receive(&self, buffer: &mut [u8]) -> io::Result<(usize, Name)> {
        loop {
            self.watched.readable().await?;
            match self.watched.try_io(Interest::READABLE, || self.socket.recv_from(buffer)) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                received => return received.map(|(len, from)| (len, Name(Arc::new(from)))),
            }
        }
    }

    /// Without asking the runtime, which is never told that a sender has room again: the socket is connected to none.
    pub(super) fn send(&self, datagram: &[u8], to: &Name) -> io::Result<()> {
        self.socket.send_to_addr(datagram, &to.0).map(drop)
    }
}

impl Drop for LocalSocket {
    fn drop(&mut self) {
        // Another program may have taken the name since.
        if fs::symlink_metadata(&self.path).is_ok_and(|about| (about.dev(), about.ino()) == self.file) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Removes a socket that nobody listens at, which a program leaves behind that was killed.
fn make_room(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(about) if !about.file_type().is_socket() => Err(io::ErrorKind::AlreadyExists.into()),
        Ok(_) => match UnixDatagram::unbound()?.connect(path) {
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => fs::remove_file(path),
            // Somebody listens, or it is another kind of socket, or not ours to ask.
            _ => Err(io::ErrorKind::AddrInUse.into()),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::super::{CommandSender, ManagerSocket};
    use super::*;

    #[tokio::test]
    async fn a_socket_is_its_owners_and_takes_its_file_with_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("manager.sock");
        let socket = ManagerSocket::unix(&path).unwrap();
        assert!(socket.is_private() && socket.udp_address().is_none());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(ManagerSocket::unix(&path).unwrap_err().kind(), io::ErrorKind::AddrInUse);
        let client = UnixDatagram::bind(dir.path().join("client")).unwrap();
        client.send_to(b"ping", &path).unwrap();
        let mut buffer = [0; 16];
        let (len, from) = socket.receive(&mut buffer).await.unwrap();
        assert_eq!(&buffer[..len], b"ping");
        socket.send(b"pong", &from).unwrap();
        let len = client.recv(&mut buffer).unwrap();
        assert_eq!(&buffer[..len], b"pong");
        let nameless = UnixDatagram::unbound().unwrap();
        nameless.send_to(b"ping", &path).unwrap();
        let (_, from) = socket.receive(&mut buffer).await.unwrap();
        assert!(socket.send(b"pong", &from).is_err());
        assert!(socket.send(b"pong", &CommandSender::Udp("127.0.0.1:1".parse().unwrap())).is_err());
        drop(socket);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn what_nobody_listens_at_is_taken_over_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let (left, file) = (dir.path().join("left"), dir.path().join("file"));
        drop(UnixDatagram::bind(&left).unwrap());
        fs::write(&file, "precious").unwrap();
        let socket = ManagerSocket::unix(&left).unwrap();
        assert_eq!(ManagerSocket::unix(&file).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&file).unwrap(), b"precious");
        // Who takes the name from us keeps it.
        fs::remove_file(&left).unwrap();
        let other = UnixDatagram::bind(&left).unwrap();
        drop(socket);
        assert!(left.exists());
        drop(other);
    }

    #[tokio::test]
    async fn a_sender_that_takes_no_answers_keeps_nobody_waiting() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("manager.sock");
        let socket = ManagerSocket::unix(&path).unwrap();
        let [lazy, other] = ["lazy", "other"].map(|name| UnixDatagram::bind(dir.path().join(name)).unwrap());
        let mut buffer = [0; 16];
        lazy.send_to(b"ping", &path).unwrap();
        let (_, from) = socket.receive(&mut buffer).await.unwrap();
        let mut sent = 0;
        while socket.send(b"pong", &from).is_ok() {
            sent += 1;
            assert!(sent < 1_000_000, "its queue has an end");
        }
        other.send_to(b"ping", &path).unwrap();
        let (_, from) = socket.receive(&mut buffer).await.unwrap();
        socket.send(b"pong", &from).unwrap();
        assert_eq!(other.recv(&mut buffer).unwrap(), 4);
    }
}
