//! The desktop's profile file, as the commands that read and change it see it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use parasol_app::document::Document;
use parasol_app::key_store::{self, Ask, KeyStore};
use parasol_app::paths::Paths;
use parasol_app::secrets::{Keys, read_keys};
use parasol_app::state::{Event, KeyStoreView};
use parasol_app::store::{By, Opened, Store};

use crate::fault::Fault;

/// The file, and the right to write it if no other Parasol has it.
pub(crate) struct Profiles {
    store: Store,
    pub(crate) document: Document,
    /// What the key store said, if it was asked.
    pub(crate) key_store: KeyStoreView,
}

impl Profiles {
    /// Reads the file, and says on standard error what is wrong with it. The system may ask for the key store's password.
    pub(crate) fn open() -> Result<Profiles, Fault> {
        Ok(Profiles::open_in(&folder()?))
    }

    /// The same of this folder.
    pub(crate) fn open_in(folder: &Path) -> Profiles {
        let Opened { mut store, mut document, events, .. } = Store::open(folder, SystemTime::now());
        events.iter().filter_map(warning).for_each(|warning| tracing::warn!("{warning}"));
        let (keys, key_store) = ask(key_store::of_this_system().as_deref(), &document.keys_wanted());
        document.unseal(&keys);
        store.use_keys(keys);
        Profiles { store, document, key_store }
    }

    /// Whether a window, or another terminal, has the file now.
    pub(crate) fn held_by_another(&self) -> bool {
        self.store.held_by_another()
    }

    /// Writes the document as it is now.
    pub(crate) fn save(&mut self) -> Result<(), Fault> {
        self.store.save(&self.document).map_err(Fault::NotSaved)
    }

    /// The same where nothing but fetched lists has changed it.
    pub(crate) fn save_lists(&mut self) -> Result<(), Fault> {
        self.store.save_changed(&self.document, By::Lists).map_err(Fault::NotSaved)
    }
}

/// These keys, as many as there are, and what the key store said to that.
fn ask(key_store: Option<&dyn KeyStore>, wanted: &BTreeSet<String>) -> (Keys, KeyStoreView) {
    let mut keys = Keys::default();
    if wanted.is_empty() {
        return (keys, KeyStoreView::Unasked);
    }
    let Some(key_store) = key_store else { return (keys, KeyStoreView::Absent { cause: String::new() }) };
    let says = match read_keys(key_store, wanted, Ask::User) {
        Ok((found, all)) => {
            found.into_iter().for_each(|key| keys.add(key));
            if all { KeyStoreView::Ready } else { KeyStoreView::NoKey }
        }
        Err(error) => {
            tracing::warn!("secrets stay sealed: {error}");
            error.into()
        }
    };
    (keys, says)
}

/// Where the file lies.
pub(crate) fn folder() -> Result<PathBuf, Fault> {
    Ok(Paths::of_this_user().map_err(|source| Fault::NoHome { source })?.config)
}

fn warning(event: &Event) -> Option<String> {
    Some(match event {
        Event::RestoredBackup { kept } => {
            format!("the profile file could not be read and lies at {kept} now; its backup is used")
        }
        Event::StartedEmpty { kept } => format!("the profile file could not be read and lies at {kept} now"),
        Event::ProfilesLeftOut { count } => format!("{count} of the saved profiles make no sense and stay as they are"),
        Event::NewerFile { path } => format!("{path} was written by a newer Parasol and is not changed"),
        // Said where it matters.
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use parasol_app::key_store::{FakeKeyStore, Mood};
    use parasol_app::secrets::make_key;

    use super::*;

    #[test]
    fn what_the_key_store_said_is_told_as_that_and_not_as_locked() {
        let full = FakeKeyStore::default();
        let key = make_key(&full, Ask::User).unwrap();
        let wanted = BTreeSet::from([key.id().to_owned()]);
        let absent = KeyStoreView::Absent { cause: String::new() };
        let said = |store: &FakeKeyStore| ask(Some(store), &wanted).1;
        assert_eq!(said(&full), KeyStoreView::Ready);
        assert_eq!(said(&FakeKeyStore::default()), KeyStoreView::NoKey);
        full.be(Mood::Refusing);
        assert_eq!(said(&full), KeyStoreView::Dismissed);
        full.be(Mood::Absent);
        assert!(matches!(said(&full), KeyStoreView::Absent { .. }));
        assert_eq!(ask(None, &wanted).1, absent);
        assert_eq!(ask(None, &BTreeSet::new()).1, KeyStoreView::Unasked);
    }
}
