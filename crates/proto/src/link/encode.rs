//! Writing a link, strictly as SIP002 has it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::address::Address;
use crate::method::Family;

use super::Link;

/// Everything but the unreserved characters of RFC 3986 §2.3: what is left means the same in every part of a link.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Link {
    /// The link. It holds the password: for the user's eyes and clipboard only.
    #[must_use]
    pub fn encode(&self) -> String {
        let method = self.method.name();
        let password = self.password.as_str();
        let mut link = String::from("ss://");
        match self.method.family() {
            Family::Aead2017 | Family::Stream => {
                let userinfo = Zeroizing::new(format!("{method}:{password}"));
                URL_SAFE_NO_PAD.encode_string(userinfo.as_bytes(), &mut link);
            }
            Family::Aead2022 => {
                link.push_str(method);
                link.push(':');
                link.extend(utf8_percent_encode(password, RESERVED));
            }
        }
        link.push('@');
        match &self.server {
            Address::Ip(ip) => link.push_str(&ip.to_string()),
            Address::Domain(name, port) => {
                link.extend(utf8_percent_encode(name.as_str(), RESERVED));
                link.push_str(&format!(":{port}"));
            }
        }
        if let Some(plugin) = &self.plugin {
            link.push_str("/?plugin=");
            link.extend(utf8_percent_encode(&plugin.name, RESERVED));
            if let Some(options) = &plugin.options {
                link.push_str("%3B");
                link.extend(utf8_percent_encode(options, RESERVED));
            }
        }
        if let Some(name) = &self.name {
            link.push('#');
            link.extend(utf8_percent_encode(name, RESERVED));
        }
        link
    }
}
