//! The document on its way to the disk: one save at a time, beside the task.

use std::collections::BTreeSet;

use tokio::task::{JoinError, JoinHandle};

use super::Controller;
use crate::store::{By, SaveError, Store};

/// The store, or the task that is writing with it.
#[expect(clippy::large_enum_variant, reason = "there is one of it")]
pub(super) enum Saving {
    Idle {
        store: Store,
        unsaved: bool,
    },
    Busy {
        saving: JoinHandle<Written>,
        unsaved: bool,
    },
    /// The writing task panicked and took the store with it.
    Lost,
}

/// What came of a save.
pub(super) struct Written {
    store: Store,
    by: By,
    saved: Result<(), SaveError>,
    /// The keys that files still name, if that is known.
    named: Option<BTreeSet<String>>,
}

impl Controller {
    /// Writes down what is not yet, unless that is being done already.
    pub(super) fn save(&mut self) {
        if !self.may_save() {
            return;
        }
        let keys = self.secrets.keys.clone();
        match std::mem::replace(&mut self.saving, Saving::Lost) {
            Saving::Idle { mut store, unsaved: true } => {
                let document = self.document.clone();
                let by = std::mem::take(&mut self.unsaved_by);
                let saving = self.tasks.spawn_blocking(move || {
                    store.use_keys(keys);
                    let saved = store.save_changed(&document, by);
                    let named = saved.is_ok().then(|| store.conform(&document)).flatten();
                    Written { store, by, saved, named }
                });
                self.saving = Saving::Busy { saving, unsaved: false };
            }
            unchanged => self.saving = unchanged,
        }
    }

    pub(super) fn saved(&mut self, written: Result<Written, JoinError>) {
        let unsaved = matches!(self.saving, Saving::Busy { unsaved: true, .. });
        match written {
            Ok(Written { store, by, saved, named }) => {
                self.saving = Saving::Idle { store, unsaved };
                match saved {
                    Ok(()) => self.notices.saved(),
                    Err(error) => {
                        self.notices.not_saved(error.to_string());
                        // The next save has it in it.
                        if by == By::User {
                            self.unsaved_by = by;
                        }
                    }
                }
                // What is not yet saved may need another one.
                if let Some(named) = named.filter(|_| !unsaved) {
                    self.forget_keys_but(&named);
                }
            }
            Err(error) => {
                self.saving = Saving::Lost;
                self.notices.not_saved(error.to_string());
            }
        }
    }

    /// The user has changed the document; it is to be saved.
    pub(super) fn changed(&mut self) {
        self.unsaved_by = By::User;
        self.changed_by_lists();
    }

    /// A fetched list has changed it.
    pub(super) fn changed_by_lists(&mut self) {
        self.testing.forget_changed(&self.document);
        self.choosing.members_may_have_changed();
        match &mut self.saving {
            Saving::Idle { unsaved, .. } | Saving::Busy { unsaved, .. } => *unsaved = true,
            Saving::Lost => self.notices.not_saved("the writing task has crashed".to_owned()),
        }
    }
}

impl Saving {
    pub(super) fn task(&mut self) -> Option<&mut JoinHandle<Written>> {
        match self {
            Saving::Busy { saving, .. } => Some(saving),
            Saving::Idle { .. } | Saving::Lost => None,
        }
    }
}
