//! The key of the saved secrets: read from the key store, made there, and taken away when nothing is sealed with it any
//! more. The key store is asked on a thread of its own, one question at a time: one that hangs keeps neither the task nor
//! the program's end waiting.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;

use parasol_platform::key_store::{Ask, KeyStore, KeyStoreError};
use tokio::sync::oneshot;

use super::Controller;
use super::saving::Saving;
use crate::document::Document;
use crate::secrets::{self, Key, Keys};
use crate::state::{KeyStoreView, SecretsPlace, SecretsView};

/// What the controller knows of keys and key store.
pub(super) struct Secrets {
    pub(super) keys: Keys,
    /// Who is asked, if this system has one.
    store: Option<Arc<dyn KeyStore>>,
    /// What it said last.
    view: KeyStoreView,
    /// What it is being asked.
    asked: Option<Asked>,
    /// What the user wants of it after that.
    later: Option<Wish>,
    /// Nothing has ever been saved: the first secret is to be sealed if the key store is ready.
    pub(super) first: bool,
    /// Why the last move did not happen.
    not_moved: Option<KeyStoreView>,
}

/// What a user can want of the key store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    /// The keys, even if somebody has to type a password.
    Unlock,
    /// The secrets in another place.
    Move(SecretsPlace),
}

struct Asked {
    question: Question,
    answer: oneshot::Receiver<Answer>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    /// For the keys that are needed, of its own accord.
    Read,
    /// For the same, because the user said so.
    Unlock,
    /// For a new key: of a new user's, or because the user said so.
    FirstKey,
    NewKey,
}

/// What came of a question.
pub(super) enum Answer {
    Read(Result<(Vec<Key>, bool), KeyStoreError>),
    Made(Result<Key, KeyStoreError>),
}

impl Secrets {
    pub(super) fn new(store: Option<Arc<dyn KeyStore>>, first: bool) -> Secrets {
        let view = KeyStoreView::Unasked;
        Secrets { keys: Keys::default(), store, view, asked: None, later: None, first, not_moved: None }
    }

    pub(super) fn view(&self, document: &Document) -> SecretsView {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let key = document.sealed_with.as_deref();
        let place = if key.is_some() { SecretsPlace::KeyStore } else { SecretsPlace::File };
        let waits = key.is_some_and(|key| self.keys.get(key).is_none());
        SecretsView {
            place,
            key_store: self.view.clone(),
            locked: count(document.still_sealed()),
            waiting: if waits { count(document.open_secrets()) } else { 0 },
            busy: self.asked.is_some(),
            not_moved: self.not_moved.clone(),
        }
    }

    /// The keys may be on their way.
    pub(super) fn are_coming(&self) -> bool {
        self.asked.as_ref().is_some_and(|asked| matches!(asked.question, Question::Read | Question::Unlock))
    }

    /// A save would better wait: it is soon known how it is to be written.
    pub(super) fn hold_saves(&self) -> bool {
        self.asked.as_ref().is_some_and(|asked| matches!(asked.question, Question::Read | Question::FirstKey))
    }

    /// When the key store has answered; never while nobody asks.
    pub(super) async fn answered(&mut self) -> Option<Answer> {
        match &mut self.asked {
            Some(asked) => (&mut asked.answer).await.ok(),
            None => std::future::pending().await,
        }
    }

    fn ask(&mut self, question: Question, work: impl FnOnce(&dyn KeyStore) -> Answer + Send + 'static) {
        let (tell, answer) = oneshot::channel();
        let Some(store) = self.store.clone() else {
            self.view = KeyStoreView::Absent { cause: String::new() };
            return;
        };
        let work = move || {
            // It fails when the program has ended meanwhile.
            let _ = tell.send(work(&*store));
        };
        match thread::Builder::new().name("key store".to_owned()).spawn(work) {
            Ok(_) => self.asked = Some(Asked { question, answer }),
            Err(error) => self.view = KeyStoreView::Failed { cause: error.to_string() },
        }
    }
}

impl Controller {
    /// Asks for the keys that are named and not at hand.
    pub(super) fn read_keys(&mut self, ask: Ask) {
        if self.secrets.asked.is_some() {
            return;
        }
        let mut names = self.document.keys_wanted();
        names.retain(|name| self.secrets.keys.get(name).is_none());
        let question = if ask == Ask::User { Question::Unlock } else { Question::Read };
        self.secrets.ask(question, move |store| Answer::Read(secrets::read_keys(store, &names, ask)));
    }

    /// Does what the user wants, now or after what is being asked.
    pub(super) fn wish(&mut self, wish: Wish) {
        match wish {
            _ if self.secrets.asked.is_some() => self.secrets.later = Some(wish),
            Wish::Unlock => self.read_keys(Ask::User),
            Wish::Move(to) => self.move_secrets(to),
        }
    }

    /// Keeps the secrets in that place from now on.
    fn move_secrets(&mut self, to: SecretsPlace) {
        self.secrets.not_moved = None;
        match to {
            SecretsPlace::KeyStore if self.document.sealed_with.is_none() => {
                self.secrets.ask(Question::NewKey, |store| Answer::Made(secrets::make_key(store, Ask::User)));
                if self.secrets.asked.is_none() {
                    self.secrets.not_moved = Some(self.secrets.view.clone());
                }
            }
            SecretsPlace::File if self.document.sealed_with.is_some() => {
                if self.document.still_sealed() > 0 {
                    self.secrets.not_moved = Some(KeyStoreView::Locked);
                    return;
                }
                self.document.sealed_with = None;
                self.changed();
            }
            SecretsPlace::KeyStore | SecretsPlace::File => {}
        }
    }

    /// Whether there is a secret to be saved for the first time, and the key store is asked for its key.
    pub(super) fn makes_first_key(&mut self) -> bool {
        let free = self.secrets.asked.is_none() && !self.held_by_another;
        let now = self.secrets.first && free && self.document.open_secrets() > 0;
        if now {
            self.secrets.first = false;
            self.secrets.ask(Question::FirstKey, |store| Answer::Made(secrets::make_key(store, Ask::Nobody)));
        }
        now && self.secrets.asked.is_some()
    }

    pub(super) fn key_store_answered(&mut self, answer: Option<Answer>) {
        let Some(Asked { question, .. }) = self.secrets.asked.take() else { return };
        let crashed = || KeyStoreError::Failed("it crashed".to_owned());
        match answer.unwrap_or_else(|| Answer::Read(Err(crashed()))) {
            Answer::Read(read) => {
                let (keys, view) = match read {
                    Ok((keys, true)) => (keys, KeyStoreView::Ready),
                    Ok((keys, false)) => (keys, KeyStoreView::NoKey),
                    Err(error) => (Vec::new(), error.into()),
                };
                // A new user's secrets are sealed only where that asks nothing of anybody.
                self.secrets.first &= view == KeyStoreView::Ready;
                self.secrets.view = view;
                keys.into_iter().for_each(|key| self.secrets.keys.add(key));
                self.unseal();
            }
            Answer::Made(Ok(key)) => {
                self.secrets.view = KeyStoreView::Ready;
                self.document.sealed_with = Some(key.id().to_owned());
                self.secrets.keys.add(key);
                self.changed();
            }
            Answer::Made(Err(error)) => {
                tracing::warn!(%error, "the key store has no key of ours");
                self.secrets.view = error.into();
                if question == Question::NewKey {
                    self.secrets.not_moved = Some(self.secrets.view.clone());
                }
            }
        }
        if let Some(wish) = self.secrets.later.take() {
            self.wish(wish);
        }
    }

    /// Opens what the keys at hand open.
    pub(super) fn unseal(&mut self) {
        let keys = &self.secrets.keys;
        // What was saved while its key was not at hand is sealed now.
        let waited = self.document.sealed_with.is_some() && self.document.open_secrets() > 0;
        self.document.unseal(keys);
        if let Some(deleted) = &mut self.deleted {
            keys.unseal(&mut deleted.profile.password, &mut deleted.profile.sealed);
        }
        if waited {
            self.changed();
        }
    }

    /// Everything is saved, and these are the keys that files still name: the others can go.
    pub(super) fn forget_keys_but(&mut self, named: &BTreeSet<String>) {
        let unused: Vec<String> = {
            let wanted = |id: &&str| !named.contains(*id) && self.document.sealed_with.as_deref() != Some(*id);
            self.secrets.keys.ids().filter(wanted).map(str::to_owned).collect()
        };
        let Some(store) = self.secrets.store.clone().filter(|_| !unused.is_empty()) else { return };
        unused.iter().for_each(|id| self.secrets.keys.forget(id));
        let remove = move || {
            for id in unused {
                // It lies there unused then, which harms nobody.
                if let Err(error) = store.remove(&id, Ask::Nobody) {
                    tracing::warn!(%error, "a key that is not needed any more stays in the key store");
                }
            }
        };
        if let Err(error) = thread::Builder::new().name("key store".to_owned()).spawn(remove) {
            tracing::warn!(%error, "a key that is not needed any more stays in the key store");
        }
    }

    /// Whether the document may be written now.
    pub(super) fn may_save(&mut self) -> bool {
        if self.quitting || !matches!(self.saving, Saving::Idle { unsaved: true, .. }) {
            return true;
        }
        !self.secrets.hold_saves() && !self.makes_first_key()
    }
}
