//! Many datagrams in one system call.

use std::io;
use std::net::UdpSocket;
use std::os::fd::AsRawFd;

/// The longest datagram.
const MAX: usize = 1 << 16;

/// Datagrams that came or that are to go.
pub(crate) struct Batch {
    buffers: Vec<Vec<u8>>,
    lens: [usize; Batch::MAX],
    /// Where each came from.
    names: [libc::sockaddr_in; Batch::MAX],
}

impl Batch {
    /// The most of one call.
    pub(crate) const MAX: usize = 64;

    /// Room to receive into.
    pub(crate) fn empty() -> Batch {
        Batch::of(&vec![0; MAX])
    }

    /// The same datagram many times.
    pub(crate) fn of(datagram: &[u8]) -> Batch {
        Batch {
            buffers: vec![datagram.to_vec(); Batch::MAX],
            lens: [datagram.len(); Batch::MAX],
            // SAFETY: an address of nothing but zeros is one.
            names: [unsafe { std::mem::zeroed() }; Batch::MAX],
        }
    }

    /// The `i`th of those that were received.
    pub(crate) fn datagram(&self, i: usize) -> &[u8] {
        &self.buffers[i][..self.lens[i]]
    }

    /// Waits for one and takes all that are there; says how many.
    pub(crate) fn receive(&mut self, socket: &UdpSocket) -> io::Result<usize> {
        self.lens = [MAX; Batch::MAX];
        let received = self.call(Batch::MAX, true, |headers, n| {
            // SAFETY: see `call`.
            unsafe { libc::recvmmsg(socket.as_raw_fd(), headers, n, libc::MSG_WAITFORONE as _, std::ptr::null_mut()) }
        })?;
        Ok(received)
    }

    /// Sends the first `n` to where they came from.
    pub(crate) fn send_back(&mut self, socket: &UdpSocket, n: usize) -> io::Result<usize> {
        self.send_from(socket, n, true)
    }

    /// Sends the first `n` on a connected socket.
    pub(crate) fn send(&mut self, socket: &UdpSocket, n: usize) -> io::Result<usize> {
        self.send_from(socket, n, false)
    }

    fn send_from(&mut self, socket: &UdpSocket, n: usize, named: bool) -> io::Result<usize> {
        self.call(n, named, |headers, n| {
            // SAFETY: see `call`.
            unsafe { libc::sendmmsg(socket.as_raw_fd(), headers, n, 0) }
        })
    }

    /// Has `call` work on headers that point to the first `n` buffers, and to their names if `named`.
    fn call(
        &mut self,
        n: usize,
        named: bool,
        call: impl FnOnce(*mut libc::mmsghdr, libc::c_uint) -> libc::c_int,
    ) -> io::Result<usize> {
        let n = n.min(Batch::MAX);
        // SAFETY: parts and headers of nothing but zeros are such. What they are made to point to is borrowed from
        // `self` until the call has returned, and as long as they say.
        let mut parts: [libc::iovec; Batch::MAX] = unsafe { std::mem::zeroed() };
        let mut headers: [libc::mmsghdr; Batch::MAX] = unsafe { std::mem::zeroed() };
        for i in 0..n {
            parts[i] = libc::iovec { iov_base: self.buffers[i].as_mut_ptr().cast(), iov_len: self.lens[i] };
            let header = &mut headers[i].msg_hdr;
            header.msg_iov = &raw mut parts[i];
            header.msg_iovlen = 1;
            if named {
                header.msg_name = (&raw mut self.names[i]).cast();
                header.msg_namelen = size_of::<libc::sockaddr_in>() as libc::socklen_t;
            }
        }
        let done = super::checked(call(headers.as_mut_ptr(), n as libc::c_uint))? as usize;
        for (len, header) in self.lens.iter_mut().zip(&headers[..done]) {
            *len = header.msg_len as usize;
        }
        Ok(done)
    }
}
