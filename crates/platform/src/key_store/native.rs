//! Keychain and the Credential Manager, through the stores of the keyring project.

use std::sync::mpsc;
use std::thread;

use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use zeroize::Zeroizing;

use super::{Ask, KeyStore, KeyStoreError, SERVICE};

#[cfg(target_os = "macos")]
use apple_native_keyring_store::keychain::Store;
#[cfg(windows)]
use windows_native_keyring_store::Store;

/// The system's own store.
#[derive(Debug, Default)]
pub struct NativeKeyStore;

impl KeyStore for NativeKeyStore {
    fn is_ready(&self) -> Result<(), KeyStoreError> {
        bounded(Ask::Nobody, || Store::new().map(drop))
    }

    fn read(&self, name: &str, ask: Ask) -> Result<Option<Zeroizing<Vec<u8>>>, KeyStoreError> {
        let name = name.to_owned();
        bounded(ask, move || match entry(&name)?.get_secret() {
            Err(Error::NoEntry) => Ok(None),
            read => read.map(|secret| Some(Zeroizing::new(secret))),
        })
    }

    fn write(&self, name: &str, secret: &[u8], ask: Ask) -> Result<(), KeyStoreError> {
        let (name, secret) = (name.to_owned(), Zeroizing::new(secret.to_vec()));
        bounded(ask, move || entry(&name)?.set_secret(&secret))
    }

    fn remove(&self, name: &str, ask: Ask) -> Result<(), KeyStoreError> {
        let name = name.to_owned();
        bounded(ask, move || match entry(&name)?.delete_credential() {
            Err(Error::NoEntry) => Ok(()),
            removed => removed,
        })
    }
}

fn entry(name: &str) -> Result<Entry, Error> {
    Store::new()?.build(SERVICE, name, None)
}

/// The calls cannot be called off: one that hangs has a thread of its own until the program ends.
fn bounded<T: Send + 'static>(
    ask: Ask,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, KeyStoreError> {
    let (tell, told) = mpsc::channel();
    let work = move || {
        // It fails when nobody waits any more.
        let _ = tell.send(work());
    };
    let started = thread::Builder::new().name("key store".to_owned()).spawn(work);
    started.map_err(|error| KeyStoreError::Failed(error.to_string()))?;
    let done = told.recv_timeout(ask.patience()).map_err(|_| KeyStoreError::TimedOut)?;
    done.map_err(|error| match error {
        Error::NoStorageAccess(_) => KeyStoreError::Locked,
        Error::NoDefaultStore | Error::NotSupportedByStore(_) => KeyStoreError::Absent(error.to_string()),
        other => KeyStoreError::Failed(other.to_string()),
    })
}
