//! What the micro-benchmarks of `parasol-proto` share: which methods at which sizes, and both ends of a server.
//!
//! The benchmarks are in `benches/`: streams, packets and rules, a file each. They say what the codecs cost by
//! themselves, in bytes a second on one core; what a relay makes of that is measured in `bench/compare`.

use std::fmt;

use parasol_proto::legacy::StreamMethod;
use parasol_proto::{Address, Key, Method, ServerConfig};

/// Unix time wherever one is asked for.
pub const NOW: u64 = 1_800_000_000;

/// What is sealed or opened in one go.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// By which method.
    pub method: Method,
    /// Bytes of payload.
    pub size: usize,
}

impl Case {
    /// Every AEAD method at each of these sizes.
    #[must_use]
    pub fn aead(sizes: &[usize]) -> Vec<Case> {
        cases(Method::ALL, sizes)
    }

    /// The legacy methods that differ in what they cost, at each of these sizes.
    #[must_use]
    pub fn legacy(sizes: &[usize]) -> Vec<Case> {
        let names = ["aes-128-cfb", "aes-256-cfb", "aes-256-ctr", "camellia-256-cfb", "chacha20-ietf", "rc4-md5"];
        let method = |name| Method::Stream(StreamMethod::parse(name).expect("a legacy method"));
        cases(names.map(method), sizes)
    }

    /// A server of this method.
    #[must_use]
    pub fn config(&self) -> ServerConfig {
        let key = Key::password_from_random(&vec![7; self.method.key_len()]);
        ServerConfig::new(target(), self.method, &key).expect("a key of the method's length")
    }

    /// A salt as long as the method's.
    #[must_use]
    pub fn salt(&self, byte: u8) -> Vec<u8> {
        vec![byte; self.method.salt_len()]
    }
}

/// As it stands in a table, where divan puts numbers in their order.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} B", self.method, self.size)
    }
}

/// Where everything goes.
#[must_use]
pub fn target() -> Address {
    "192.0.2.1:443".parse().expect("an address and a port")
}

fn cases(methods: impl IntoIterator<Item = Method>, sizes: &[usize]) -> Vec<Case> {
    methods.into_iter().flat_map(|method| sizes.iter().map(move |&size| Case { method, size })).collect()
}
