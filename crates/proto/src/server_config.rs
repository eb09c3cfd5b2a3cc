//! `ServerConfig`: a server that can be dialled. Valid by construction; what a user is still typing is another type.

use crate::address::Address;
use crate::key::{Key, KeyError};
use crate::legacy::{NoOta, ota};
use crate::method::Method;

/// Where a Shadowsocks server stands and how it is spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerConfig {
    address: Address,
    method: Method,
    key: Key,
    one_time_auth: bool,
}

impl ServerConfig {
    /// Makes the key from the password.
    ///
    /// # Errors
    /// When the password is no key for the method.
    pub fn new(address: Address, method: Method, password: &str) -> Result<ServerConfig, KeyError> {
        Ok(ServerConfig { address, method, key: Key::from_password(method, password)?, one_time_auth: false })
    }

    /// The same server, reached at another address: through a plugin.
    #[must_use]
    pub fn at(&self, address: Address) -> ServerConfig {
        ServerConfig { address, ..self.clone() }
    }

    /// The same server, which is sent one-time authentication ([`crate::legacy::ota`]).
    ///
    /// # Errors
    /// When the method has none.
    pub fn with_one_time_auth(self) -> Result<ServerConfig, NoOta> {
        ota::check(self.method)?;
        Ok(ServerConfig { one_time_auth: true, ..self })
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

    /// Whether requests and packets get one-time authentication.
    #[must_use]
    pub fn one_time_auth(&self) -> bool {
        self.one_time_auth
    }
}
