//! SOCKS4 and 4a.

use std::net::IpAddr;

use parasol_proto::Address;
use parasol_proto::socks4::Request;

use crate::decoder::{decodes_alike, is_sound};

/// A request.
pub fn socks4(data: &[u8]) {
    match decodes_alike(data, Request::decode) {
        Ok(Some((Request::Connect(target), used))) => {
            is_sound(&target);
            assert_eq!(target.port(), u16::from_be_bytes([data[2], data[3]]));
            assert_eq!(data[used - 1], 0, "the last text has its end");
            if let Address::Ip(ip) = &target
                && let IpAddr::V4(v4) = ip.ip()
                && !(data[4..7] == [0, 0, 0] && data[7] != 0)
            {
                assert_eq!(v4.octets(), data[4..8]);
            }
        }
        Ok(None) => assert!(data.len() <= 8 + 256 + 255, "no request is longer"),
        Ok(Some((Request::Bind, _))) | Err(_) => {}
    }
}
