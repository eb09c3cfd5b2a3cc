//! `KeyStore`: where the system keeps secrets for its user: the Secret Service on Linux (GNOME's keyring, KWallet,
//! KeePassXC), Keychain on macOS, the Credential Manager on Windows.
//!
//! It can be absent, locked, slow, or gone the next time. So every call is bounded, and says which it was; and nobody is
//! asked for a password unless the caller says that somebody has just asked for it. Calls block.

mod fake;
#[cfg(any(windows, target_os = "macos"))]
mod native;
#[cfg(target_os = "linux")]
mod secret_service;

use std::time::Duration;

use thiserror::Error;
use zeroize::Zeroizing;

pub use self::fake::{FakeKeyStore, Mood};
#[cfg(any(windows, target_os = "macos"))]
pub use self::native::NativeKeyStore;
#[cfg(target_os = "linux")]
pub use self::secret_service::SecretService;

/// A store of the system's, in which each of our secrets has a name.
pub trait KeyStore: Send + Sync {
    /// Whether a secret could be written now.
    ///
    /// # Errors
    /// Why it could not.
    fn is_ready(&self) -> Result<(), KeyStoreError>;

    /// The secret of this name, if there is one.
    ///
    /// # Errors
    /// When that cannot be known.
    fn read(&self, name: &str, ask: Ask) -> Result<Option<Zeroizing<Vec<u8>>>, KeyStoreError>;

    /// Keeps a secret under a name, in place of the one that has it.
    ///
    /// # Errors
    /// When it is not certain that it is kept.
    fn write(&self, name: &str, secret: &[u8], ask: Ask) -> Result<(), KeyStoreError>;

    /// Takes the secret of this name away, if there is one.
    ///
    /// # Errors
    /// When it may still be there.
    fn remove(&self, name: &str, ask: Ask) -> Result<(), KeyStoreError>;
}

/// Whether the system may ask the user for something, and how long is waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Nobody has asked for this call: it answers soon, or not.
    Nobody,
    /// The user waits for it, and may have a password to type.
    User,
}

/// Why a key store did not do what it was to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyStoreError {
    /// There is none, or none that can be spoken with.
    #[error("there is no key store: {0}")]
    Absent(String),
    /// Somebody would have to type its password.
    #[error("the key store is locked")]
    Locked,
    /// Somebody was asked, and said no.
    #[error("the key store was not unlocked")]
    Dismissed,
    /// It did not answer in time.
    #[error("the key store did not answer")]
    TimedOut,
    /// It answered that it cannot.
    #[error("{0}")]
    Failed(String),
}

/// This system's, if Parasol knows one. Whether it is there shows when it is asked.
#[must_use]
pub fn of_this_system() -> Option<Box<dyn KeyStore>> {
    #[cfg(target_os = "linux")]
    return Some(Box::new(SecretService::default()));
    #[cfg(any(windows, target_os = "macos"))]
    return Some(Box::new(NativeKeyStore));
    #[cfg(not(any(target_os = "linux", windows, target_os = "macos")))]
    None
}

impl Ask {
    /// How long a call may take.
    #[must_use]
    pub fn patience(self) -> Duration {
        match self {
            // A service that has to be started first takes a second or two.
            Ask::Nobody => Duration::from_secs(5),
            Ask::User => Duration::from_secs(120),
        }
    }
}

/// Under which our secrets are found.
const SERVICE: &str = "parasol";
