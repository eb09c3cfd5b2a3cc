//! A key store in memory that can be in any mood.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use zeroize::Zeroizing;

use super::{Ask, KeyStore, KeyStoreError};

/// How a [`FakeKeyStore`] answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mood {
    /// At once.
    #[default]
    Ready,
    /// Nobody answers.
    Absent,
    /// It is locked; the user unlocks it when asked.
    Locked,
    /// It is locked; the user says no when asked.
    Refusing,
    /// It keeps everybody waiting until it is in another mood.
    Slow,
    /// It takes what is written and does not keep it.
    Forgetful,
}

/// A key store in memory. Clones are the same one.
#[derive(Debug, Clone, Default)]
pub struct FakeKeyStore {
    inside: Arc<(Mutex<Inside>, Condvar)>,
}

#[derive(Debug, Default)]
struct Inside {
    mood: Mood,
    secrets: BTreeMap<String, Zeroizing<Vec<u8>>>,
    /// How often somebody was asked for a password.
    asked: u32,
}

impl FakeKeyStore {
    /// An empty one in this mood.
    #[must_use]
    pub fn in_mood(mood: Mood) -> FakeKeyStore {
        let store = FakeKeyStore::default();
        store.be(mood);
        store
    }

    /// Changes its mood.
    pub fn be(&self, mood: Mood) {
        self.inside().mood = mood;
        self.inside.1.notify_all();
    }

    /// The names of what it keeps.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.inside().secrets.keys().cloned().collect()
    }

    /// How often somebody was asked for a password.
    #[must_use]
    pub fn asked(&self) -> u32 {
        self.inside().asked
    }

    /// Loses everything.
    pub fn clear(&self) {
        self.inside().secrets.clear();
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.0.lock().expect("nobody panics with it")
    }

    /// Once it would answer.
    fn opened(&self, ask: Ask) -> Result<MutexGuard<'_, Inside>, KeyStoreError> {
        let inside = self.inside();
        let waited = self.inside.1.wait_while(inside, |inside| inside.mood == Mood::Slow);
        let mut inside = waited.expect("nobody panics with it");
        match (inside.mood, ask) {
            (Mood::Absent, _) => Err(KeyStoreError::Absent("nobody is there".to_owned())),
            (Mood::Locked | Mood::Refusing, Ask::Nobody) => Err(KeyStoreError::Locked),
            (Mood::Refusing, Ask::User) => {
                inside.asked += 1;
                Err(KeyStoreError::Dismissed)
            }
            (Mood::Locked, Ask::User) => {
                inside.asked += 1;
                inside.mood = Mood::Ready;
                Ok(inside)
            }
            (Mood::Ready | Mood::Forgetful | Mood::Slow, _) => Ok(inside),
        }
    }
}

impl KeyStore for FakeKeyStore {
    fn is_ready(&self) -> Result<(), KeyStoreError> {
        self.opened(Ask::Nobody).map(drop)
    }

    fn read(&self, name: &str, ask: Ask) -> Result<Option<Zeroizing<Vec<u8>>>, KeyStoreError> {
        Ok(self.opened(ask)?.secrets.get(name).cloned())
    }

    fn write(&self, name: &str, secret: &[u8], ask: Ask) -> Result<(), KeyStoreError> {
        let mut inside = self.opened(ask)?;
        if inside.mood != Mood::Forgetful {
            inside.secrets.insert(name.to_owned(), Zeroizing::new(secret.to_vec()));
        }
        Ok(())
    }

    fn remove(&self, name: &str, ask: Ask) -> Result<(), KeyStoreError> {
        self.opened(ask)?.secrets.remove(name);
        Ok(())
    }
}
