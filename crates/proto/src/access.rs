//! `Access`: how a server port is spoken to, and by whom. Valid by construction, as [`crate::ServerConfig`] is for the
//! other end.

use std::sync::Arc;

use thiserror::Error;

use crate::key::{Key, KeyError};
use crate::legacy::{NoOta, Ota, ota};
use crate::method::Method;
use crate::users::{Users, UsersError};

/// Method, key and users of a server port.
#[derive(Debug, Clone)]
pub struct Access {
    method: Method,
    key: Key,
    users: Option<Arc<Users>>,
    ota: Ota,
}

/// Why a password gives no access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AccessError {
    /// It is no key for the method.
    #[error("{0}")]
    Key(#[from] KeyError),
    /// It is several keys joined by colons.
    #[error("a server's password is one key; several joined by colons are what its users have, the server's own first")]
    Identities,
}

impl Access {
    /// Access with one password for everybody. Of a legacy method, requests are taken with and without one-time
    /// authentication, as the Python original does.
    ///
    /// # Errors
    /// When the password is no single key for the method.
    pub fn new(method: Method, password: &str) -> Result<Access, AccessError> {
        let key = Key::from_password(method, password)?;
        if key.identity_count() > 0 {
            return Err(AccessError::Identities);
        }
        let ota = if method.has_one_time_auth() { Ota::Allowed } else { Ota::Off };
        Ok(Access { method, key, users: None, ota })
    }

    /// The same for these users only, each a name and a password that is base64 of one key; they know the server by
    /// this access's own (SIP023).
    ///
    /// # Errors
    /// See [`UsersError`].
    pub fn with_users<'a>(self, users: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Access, UsersError> {
        let users = Arc::new(Users::new(self.method, users)?);
        Ok(Access { users: Some(users), ..self })
    }

    /// The same, and whoever comes without one-time authentication is not served.
    ///
    /// # Errors
    /// When the method has none.
    pub fn with_one_time_auth(self) -> Result<Access, NoOta> {
        ota::check(self.method)?;
        Ok(Access { ota: Ota::Required, ..self })
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> Method {
        self.method
    }

    /// The server's own key.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The users, if there are any; otherwise whoever has the key is served.
    #[must_use]
    pub fn users(&self) -> Option<&Arc<Users>> {
        self.users.as_ref()
    }

    /// Whether requests come with one-time authentication.
    #[must_use]
    pub fn ota(&self) -> Ota {
        self.ota
    }

    /// Whether a request that was opened proves that its sender has a key. Of a legacy method without one-time
    /// authentication, one of some hundred random ones can be opened.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        !self.method.is_legacy() || self.ota == Ota::Required
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::legacy::StreamMethod;

    #[test]
    fn a_password_is_one_key() {
        let key = Key::password_from_random(&[1; 16]);
        let chain = format!("{key}:{key}");
        let aes = Method::Blake3Aes128Gcm;
        for (method, password, expected) in [
            (aes, &*key, None),
            (aes, &*chain, Some(AccessError::Identities)),
            (aes, "no key!", Some(AccessError::Key(KeyError::NotBase64))),
            (Method::Aes128Gcm, &*chain, None),
            (Method::Aes128Gcm, "", Some(AccessError::Key(KeyError::Empty))),
            (Method::Stream(StreamMethod::None), "", None),
        ] {
            assert_eq!(Access::new(method, password).err(), expected, "{method}");
        }
    }

    #[test]
    fn users_and_one_time_authentication_are_for_the_methods_that_have_them() {
        let key = Key::password_from_random(&[1; 16]);
        let access = |method| Access::new(method, &key).unwrap();
        let (aes, gcm) = (Method::Blake3Aes128Gcm, Method::Aes128Gcm);
        let (cfb, rc4) = (Method::parse_legacy("aes-128-cfb").unwrap(), Method::Stream(StreamMethod::Rc4));
        assert!(access(aes).with_users([("ann", &*key)]).is_ok_and(|access| access.users().is_some()));
        assert_eq!(access(gcm).with_users([("ann", &*key)]).err(), Some(UsersError::Method(gcm)));
        for (method, ota, required) in [
            (cfb, Ota::Allowed, Ok(Ota::Required)),
            (rc4, Ota::Off, Err(NoOta(rc4))),
            (gcm, Ota::Off, Err(NoOta(gcm))),
            (aes, Ota::Off, Err(NoOta(aes))),
        ] {
            assert_eq!(access(method).ota(), ota, "{method}");
            assert_eq!(access(method).with_one_time_auth().map(|access| access.ota()), required, "{method}");
            assert_eq!(access(method).is_proven(), !method.is_legacy(), "{method}");
        }
        assert!(access(cfb).with_one_time_auth().unwrap().is_proven());
    }
}
