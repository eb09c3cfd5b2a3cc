//! `ServerConfig`: a server that can be dialled. Valid by construction; what a user is still typing is another type.

use crate::address::Address;
use crate::key::{Key, KeyError};
use crate::method::Method;

/// Where a Shadowsocks server stands and how it is spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerConfig {
    address: Address,
    method: Method,
    key: Key,
}

impl ServerConfig {
    /// Makes the key from the password.
    ///
    /// # Errors
    /// When the password is no key for the method.
    pub fn new(address: Address, method: Method, password: &str) -> Result<ServerConfig, KeyError> {
        Ok(ServerConfig { address, method, key: Key::from_password(method, password)? })
    }

    /// The same server, reached at another address: through a plugin.
    #[must_use]
    pub fn at(&self, address: Address) -> ServerConfig {
        ServerConfig { address, ..self.clone() }
    }

    /// Host and port.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> Method {
        self.method
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }
}
