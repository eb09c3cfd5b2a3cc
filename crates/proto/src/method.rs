//! `Method`: the name of how traffic is encrypted, as users and configuration files write it.

use std::fmt;
use std::str::FromStr;

use shadowsocks_crypto::CipherKind;
use thiserror::Error;

use crate::legacy::StreamMethod;

/// An encryption method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// `2022-blake3-aes-128-gcm` (SIP022)
    Blake3Aes128Gcm,
    /// `2022-blake3-aes-256-gcm` (SIP022)
    Blake3Aes256Gcm,
    /// `2022-blake3-chacha20-poly1305` (SIP022)
    Blake3ChaCha20Poly1305,
    /// `aes-256-gcm` (SIP004)
    Aes256Gcm,
    /// `aes-192-gcm` (SIP004)
    Aes192Gcm,
    /// `aes-128-gcm` (SIP004)
    Aes128Gcm,
    /// `chacha20-ietf-poly1305` (SIP004)
    ChaCha20Poly1305,
    /// `xchacha20-ietf-poly1305`: as SIP004 has it, with nonces of 24 bytes. In no specification, but in most programs.
    XChaCha20Poly1305,
    /// A stream cipher from before SIP004, not safe; only made where the user opted in. See [`crate::legacy`].
    Stream(StreamMethod),
}

/// Which framing a method uses on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// SIP004, "AEAD-2017": salt, then chunks of at most 0x3FFF bytes.
    Aead2017,
    /// SIP022, "AEAD-2022": salt, typed and timed headers, then chunks of at most 0xFFFF bytes.
    Aead2022,
    /// Legacy stream ciphers: IV, then one stream, with nothing authenticated.
    Stream,
}

/// The name is not one of [`Method::ALL`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown method {0:?}")]
pub struct UnknownMethod(pub String);

impl Method {
    /// Every method that is safe to offer, the ones to prefer first; legacy ones are in [`StreamMethod::all`].
    pub const ALL: [Method; 8] = [
        Method::ChaCha20Poly1305,
        Method::Aes256Gcm,
        Method::Aes128Gcm,
        Method::Aes192Gcm,
        Method::XChaCha20Poly1305,
        Method::Blake3Aes256Gcm,
        Method::Blake3Aes128Gcm,
        Method::Blake3ChaCha20Poly1305,
    ];

    /// The name on the wire of configuration files and links.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Method::Blake3Aes128Gcm => "2022-blake3-aes-128-gcm",
            Method::Blake3Aes256Gcm => "2022-blake3-aes-256-gcm",
            Method::Blake3ChaCha20Poly1305 => "2022-blake3-chacha20-poly1305",
            Method::Aes256Gcm => "aes-256-gcm",
            Method::Aes192Gcm => "aes-192-gcm",
            Method::Aes128Gcm => "aes-128-gcm",
            Method::ChaCha20Poly1305 => "chacha20-ietf-poly1305",
            Method::XChaCha20Poly1305 => "xchacha20-ietf-poly1305",
            Method::Stream(method) => method.name(),
        }
    }

    /// Length of the key in bytes.
    #[must_use]
    pub const fn key_len(self) -> usize {
        match self {
            Method::Blake3Aes128Gcm | Method::Aes128Gcm => 16,
            Method::Aes192Gcm => 24,
            Method::Blake3Aes256Gcm
            | Method::Blake3ChaCha20Poly1305
            | Method::Aes256Gcm
            | Method::ChaCha20Poly1305
            | Method::XChaCha20Poly1305 => 32,
            Method::Stream(method) => method.key_len(),
        }
    }

    /// How many random bytes each sealed UDP packet begins with: the salt of AEAD-2017, the nonce of 2022 ChaCha20, the
    /// IV of a legacy method, and nothing for the others, whose nonces come from the packet's id.
    #[must_use]
    pub const fn packet_salt_len(self) -> usize {
        match (self.family(), self) {
            (Family::Aead2017 | Family::Stream, _) => self.salt_len(),
            (Family::Aead2022, Method::Blake3ChaCha20Poly1305) => 24,
            (Family::Aead2022, _) => 0,
        }
    }

    /// Length in bytes of what a stream or packet starts with: the salt, as long as the key; the IV of a legacy
    /// method, which may be 0.
    #[must_use]
    pub const fn salt_len(self) -> usize {
        match self {
            Method::Stream(method) => method.iv_len(),
            _ => self.key_len(),
        }
    }

    /// Whether this is a legacy method: not safe, off unless the user opted in, and named unsafe wherever it shows.
    #[must_use]
    pub const fn is_legacy(self) -> bool {
        matches!(self, Method::Stream(_))
    }

    /// Whether requests can have one-time authentication ([`crate::legacy::ota`]): its keys are made of the IV, so only
    /// those of legacy methods that have one.
    #[must_use]
    pub const fn has_one_time_auth(self) -> bool {
        matches!(self, Method::Stream(method) if method.has_ota())
    }

    /// Like parsing a name, and takes legacy names too. For where the user opted in, and for saying what a method is
    /// that is refused.
    ///
    /// # Errors
    /// The name of no method at all.
    pub fn parse_legacy(name: &str) -> Result<Method, UnknownMethod> {
        name.parse().or_else(|unknown| StreamMethod::parse(name).map(Method::Stream).ok_or(unknown))
    }

    /// The framing.
    #[must_use]
    pub const fn family(self) -> Family {
        match self {
            Method::Blake3Aes128Gcm | Method::Blake3Aes256Gcm | Method::Blake3ChaCha20Poly1305 => Family::Aead2022,
            Method::Stream(_) => Family::Stream,
            _ => Family::Aead2017,
        }
    }

    /// Whether keys may have identity keys before them, and a server may have users: SIP023 is for AES only.
    #[must_use]
    pub const fn has_identities(self) -> bool {
        matches!(self, Method::Blake3Aes128Gcm | Method::Blake3Aes256Gcm)
    }

    /// The AEAD that the cipher library knows; `None` for those that it does not have, `aes-192-gcm` and
    /// `xchacha20-ietf-poly1305`, and for legacy methods.
    pub(crate) const fn kind(self) -> Option<CipherKind> {
        Some(match self {
            Method::Blake3Aes128Gcm => CipherKind::AEAD2022_BLAKE3_AES_128_GCM,
            Method::Blake3Aes256Gcm => CipherKind::AEAD2022_BLAKE3_AES_256_GCM,
            Method::Blake3ChaCha20Poly1305 => CipherKind::AEAD2022_BLAKE3_CHACHA20_POLY1305,
            Method::Aes256Gcm => CipherKind::AES_256_GCM,
            Method::Aes128Gcm => CipherKind::AES_128_GCM,
            Method::ChaCha20Poly1305 => CipherKind::CHACHA20_POLY1305,
            Method::Aes192Gcm | Method::XChaCha20Poly1305 | Method::Stream(_) => return None,
        })
    }
}

/// Names compare without regard to case; the two without `-ietf` are aliases seen in other clients' files.
impl FromStr for Method {
    type Err = UnknownMethod;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let folded = name.to_ascii_lowercase();
        match folded.as_str() {
            "chacha20-poly1305" => return Ok(Method::ChaCha20Poly1305),
            "xchacha20-poly1305" => return Ok(Method::XChaCha20Poly1305),
            _ => {}
        }
        Method::ALL.into_iter().find(|m| m.name() == folded).ok_or_else(|| UnknownMethod(name.to_owned()))
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_fold_case() {
        for method in Method::ALL {
            assert_eq!(method.name().parse(), Ok(method));
            assert_eq!(method.name().to_uppercase().parse(), Ok(method));
        }
        assert!("aes-256-cbc".parse::<Method>().is_err());
        assert!("".parse::<Method>().is_err());
    }

    #[test]
    fn legacy_methods_are_only_had_by_asking_for_them() {
        for method in StreamMethod::all() {
            assert!(method.name().parse::<Method>().is_err(), "{method}");
            assert_eq!(Method::parse_legacy(&method.name().to_uppercase()), Ok(Method::Stream(method)));
            assert!(Method::Stream(method).is_legacy());
        }
        for (name, expected) in [
            ("plain", Some("none")),
            ("AES-256-CFB128", Some("aes-256-cfb")),
            ("aes-256-gcm", Some("aes-256-gcm")),
            ("chacha20-poly1305", Some("chacha20-ietf-poly1305")),
            ("bf-cfb", None),
            ("-cfb128", None),
            ("aes-256-cfb12", None),
            ("", None),
        ] {
            assert_eq!(Method::parse_legacy(name).ok().map(Method::name), expected, "{name}");
        }
        assert!(Method::ALL.into_iter().all(|method| !method.is_legacy() && !method.has_one_time_auth()));
        for (name, ota) in
            [("aes-128-cfb", true), ("rc4-md5", true), ("chacha20", true), ("rc4", false), ("none", false)]
        {
            assert_eq!(Method::parse_legacy(name).map(Method::has_one_time_auth), Ok(ota), "{name}");
        }
    }
}
