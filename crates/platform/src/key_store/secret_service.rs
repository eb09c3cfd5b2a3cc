//! The Secret Service of freedesktop.org, over D-Bus. Each call has a connection and a small runtime of its own, which
//! end with it, so that one that is given up leaves nothing behind that waits.

use std::collections::HashMap;
use std::time::Duration;

use secret_service::{Collection, EncryptionType, Error, Item, SecretService as Service};
use zeroize::Zeroizing;

use super::{Ask, KeyStore, KeyStoreError, SERVICE};

/// The user's default collection of the Secret Service.
#[derive(Debug, Default)]
pub struct SecretService {
    /// Instead of the usual ones.
    patience: Option<Duration>,
}

impl SecretService {
    /// One that waits as long as this for everything.
    #[must_use]
    pub fn with_patience(patience: Duration) -> SecretService {
        SecretService { patience: Some(patience) }
    }

    fn bounded<T>(
        &self,
        ask: Ask,
        work: impl AsyncFnOnce(Service<'static>) -> Result<T, Failure>,
    ) -> Result<T, KeyStoreError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| KeyStoreError::Failed(error.to_string()))?;
        let all = async {
            let absent = |error: Error| KeyStoreError::Absent(error.to_string());
            // What is sent over the bus is encrypted: others can be allowed to listen there.
            let service = Service::connect(EncryptionType::Dh).await.map_err(absent)?;
            work(service).await.map_err(|Failure(error)| error)
        };
        let patience = self.patience.unwrap_or(ask.patience());
        let done = runtime.block_on(async { tokio::time::timeout(patience, all).await });
        runtime.shutdown_background();
        done.unwrap_or(Err(KeyStoreError::TimedOut))
    }
}

impl KeyStore for SecretService {
    fn is_ready(&self) -> Result<(), KeyStoreError> {
        self.bounded(Ask::Nobody, async |service| collection(&service, Ask::Nobody).await.map(drop))
    }

    fn read(&self, name: &str, ask: Ask) -> Result<Option<Zeroizing<Vec<u8>>>, KeyStoreError> {
        self.bounded(ask, async |service| match item(&service, name, ask).await? {
            Some(item) => Ok(Some(Zeroizing::new(item.get_secret().await?))),
            None => Ok(None),
        })
    }

    fn write(&self, name: &str, secret: &[u8], ask: Ask) -> Result<(), KeyStoreError> {
        self.bounded(ask, async |service| {
            let label = format!("Parasol: key of the saved passwords ({name})");
            let collection = collection(&service, ask).await?;
            collection.create_item(&label, attributes(name), secret, true, "application/octet-stream").await?;
            Ok(())
        })
    }

    fn remove(&self, name: &str, ask: Ask) -> Result<(), KeyStoreError> {
        self.bounded(ask, async |service| match item(&service, name, ask).await? {
            Some(item) => Ok(item.delete().await?),
            None => Ok(()),
        })
    }
}

/// The default collection, unlocked; made, if the user can be asked for its password.
async fn collection<'a>(service: &'a Service<'_>, ask: Ask) -> Result<Collection<'a>, Failure> {
    let collection = match service.get_default_collection().await {
        Err(Error::NoResult) if ask == Ask::User => service.create_collection("Default keyring", "default").await?,
        Err(Error::NoResult) => return Err(Failure(KeyStoreError::Locked)),
        found => found?,
    };
    if collection.is_locked().await? {
        if ask == Ask::Nobody {
            return Err(Failure(KeyStoreError::Locked));
        }
        collection.unlock().await?;
    }
    Ok(collection)
}

/// The item of this name, unlocked. Not every service shows what is in a collection that is locked.
async fn item<'a>(service: &'a Service<'_>, name: &str, ask: Ask) -> Result<Option<Item<'a>>, Failure> {
    let mut found = service.search_items(attributes(name)).await?;
    if found.unlocked.is_empty() && found.locked.is_empty() {
        collection(service, ask).await?;
        found = service.search_items(attributes(name)).await?;
    }
    if let Some(item) = found.unlocked.pop() {
        return Ok(Some(item));
    }
    let Some(item) = found.locked.pop() else { return Ok(None) };
    if ask == Ask::Nobody {
        return Err(Failure(KeyStoreError::Locked));
    }
    item.unlock().await?;
    Ok(Some(item))
}

fn attributes(name: &str) -> HashMap<&str, &str> {
    HashMap::from([("service", SERVICE), ("username", name)])
}

/// Lets `?` say which error of the library is which of ours.
struct Failure(KeyStoreError);

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure(match error {
            Error::Locked => KeyStoreError::Locked,
            Error::Prompt | Error::PromptDisconnected => KeyStoreError::Dismissed,
            Error::Unavailable => KeyStoreError::Absent(error.to_string()),
            other => KeyStoreError::Failed(other.to_string()),
        })
    }
}
