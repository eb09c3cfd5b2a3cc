//! The header of relayed UDP datagrams, RFC 1928 §7, the same in both directions.
//!
//! ```text
//! ┌──────┬──────┬──────────────┬──────────┐
//! │ RSV  │ FRAG │ DST          │ DATA     │   DST from the client: where to; to the client: where from
//! │ 0000 │ u8   │ an address   │          │   FRAG 00: a whole datagram
//! └──────┴──────┴──────────────┴──────────┘
//! ```
//! Fragments are not put together: the RFC leaves that open, and tells those who do not to drop them.

use thiserror::Error;

use crate::address::{Address, AddressError, MAX_ENCODED};

/// RSV and FRAG.
const FIXED: usize = 3;

/// The longest header: so many bytes a relay leaves free before the payload that it receives.
pub const MAX_UDP_HEADER: usize = FIXED + MAX_ENCODED;

/// The header of a whole datagram.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UdpHeader {
    /// Where the payload goes, or where it comes from.
    pub address: Address,
}

/// Why a datagram is dropped. There is no answer to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum UdpHeaderError {
    /// It ends within the header.
    #[error("the datagram ends within its header")]
    Cut,
    /// It is a part of a datagram.
    #[error("fragment {0} of a datagram")]
    Fragment(u8),
    /// The address is none.
    #[error(transparent)]
    Address(#[from] AddressError),
}

impl UdpHeader {
    /// Reads the header of a whole datagram, and where its payload begins. RSV is not looked at, as in a request.
    ///
    /// # Errors
    /// See [`UdpHeaderError`].
    pub fn decode(datagram: &[u8]) -> Result<(UdpHeader, usize), UdpHeaderError> {
        let Some(&[_, _, fragment]) = datagram.first_chunk::<FIXED>() else { return Err(UdpHeaderError::Cut) };
        if fragment != 0 {
            return Err(UdpHeaderError::Fragment(fragment));
        }
        let (address, used) = Address::decode(&datagram[FIXED..])?.ok_or(UdpHeaderError::Cut)?;
        Ok((UdpHeader { address }, FIXED + used))
    }

    /// The length of the header with this address.
    #[must_use]
    pub fn encoded_len(address: &Address) -> usize {
        FIXED + address.encoded_len()
    }

    /// Writes the header right before the payload at `buffer[payload]`; returns where the datagram starts.
    ///
    /// # Panics
    /// When the header does not fit; [`MAX_UDP_HEADER`] bytes are enough for any.
    pub fn prepend(&self, buffer: &mut [u8], payload: usize) -> usize {
        let address = self.address.encode_before(buffer, payload);
        let start = address.checked_sub(FIXED).expect("there is head room for the header");
        buffer[start..address].fill(0);
        start
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_datagram_is_read_or_dropped() {
        let ip = UdpHeader { address: "127.0.0.1:53".parse().expect("an address") };
        let name = UdpHeader { address: "example.org:53".parse().expect("an address") };
        for (datagram, expected) in [
            (&b"\0\0\0\x01\x7f\0\0\x01\0\x35hello"[..], Ok((ip.clone(), 10))),
            (b"\0\0\0\x01\x7f\0\0\x01\0\x35", Ok((ip.clone(), 10))),
            (b"\xff\xff\0\x01\x7f\0\0\x01\0\x35hello", Ok((ip, 10))),
            (b"\0\0\0\x03\x0bExample.org\0\x35", Ok((name, 18))),
            (b"\0\0\x01\x01\x7f\0\0\x01\0\x35hello", Err(UdpHeaderError::Fragment(1))),
            (b"\0\0\x81\x01\x7f\0\0\x01\0\x35hello", Err(UdpHeaderError::Fragment(0x81))),
            (b"\0\0\x7f", Err(UdpHeaderError::Fragment(0x7f))),
            (b"", Err(UdpHeaderError::Cut)),
            (b"\0\0", Err(UdpHeaderError::Cut)),
            (b"\0\0\0", Err(UdpHeaderError::Cut)),
            (b"\0\0\0\x01\x7f\0\0\x01\0", Err(UdpHeaderError::Cut)),
            (b"\0\0\0\x03\x0bexample", Err(UdpHeaderError::Cut)),
            (b"\0\0\0\x02\x7f\0\0\x01\0\x35hello", Err(AddressError::UnknownType(2).into())),
            (b"\0\0\0\xff", Err(AddressError::UnknownType(255).into())),
            (b"\0\0\0\x03\0\0\x35", Err(AddressError::EmptyDomain.into())),
            (b"\0\0\0\x01\x7f\0\0\x01\0\0", Err(AddressError::BadPort.into())),
        ] {
            assert_eq!(UdpHeader::decode(datagram), expected, "{datagram:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_put_before_a_payload_is_read(
            host in prop_oneof!["[a-z]{1,63}\\.[a-z]{2,9}", any::<std::net::IpAddr>().prop_map(|ip| ip.to_string())],
            port in 1u16.., payload in proptest::collection::vec(any::<u8>(), 0..40), spare in 0usize..9,
        ) {
            let header = UdpHeader { address: Address::from_host(&host, port).expect("the patterns give hosts") };
            let at = MAX_UDP_HEADER + spare;
            let mut buffer = vec![0xaa; at];
            buffer.extend_from_slice(&payload);
            let start = header.prepend(&mut buffer, at);
            prop_assert_eq!(UdpHeader::decode(&buffer[start..]), Ok((header, at - start)));
            prop_assert_eq!(&buffer[at..], &payload);
            prop_assert!(buffer[..start].iter().all(|&b| b == 0xaa));
        }

        #[test]
        fn decode_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = UdpHeader::decode(&bytes);
            let _ = UdpHeader::decode(&[&[0, 0, 0], &bytes[..]].concat());
        }
    }
}
