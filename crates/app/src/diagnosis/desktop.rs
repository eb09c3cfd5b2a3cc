//! What the desktop gives us besides: a place for the tray icon, and a key store.

use super::action::Action;
use super::course::Found;
use super::subject::KeyStoreSubject;
use super::told::DiagnosisReason;
use crate::state::{KeyStoreView, SecretsPlace};

pub(super) fn tray(present: Option<bool>) -> Found {
    match present {
        Some(true) => Found::passed(),
        // Which desktop shows them is not ours to change.
        Some(false) => Found::failed(DiagnosisReason::NoTray, None),
        None => Found::skipped(DiagnosisReason::NoWindow),
    }
}

pub(super) fn key_store(subject: Option<&KeyStoreSubject>) -> Found {
    let Some(KeyStoreSubject { place, says }) = subject else { return Found::skipped(DiagnosisReason::LinkGiven) };
    match (place, says) {
        (_, KeyStoreView::Ready) => Found::passed(),
        (SecretsPlace::File, _) => Found::skipped(DiagnosisReason::SecretsInFile),
        (SecretsPlace::KeyStore, KeyStoreView::Unasked) => Found::skipped(DiagnosisReason::Changing),
        (SecretsPlace::KeyStore, says) => {
            Found::failed(DiagnosisReason::KeyStore { says: says.clone() }, Action::UnlockSecrets)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_store_fails_only_where_something_is_sealed_with_its_key() {
        let found = |place, says: &KeyStoreView| key_store(Some(&KeyStoreSubject { place, says: says.clone() }));
        let locked = KeyStoreView::Locked;
        assert_eq!(found(SecretsPlace::File, &KeyStoreView::Ready), Found::passed());
        assert_eq!(found(SecretsPlace::File, &locked), Found::skipped(DiagnosisReason::SecretsInFile));
        assert_eq!(
            found(SecretsPlace::KeyStore, &locked),
            Found::failed(DiagnosisReason::KeyStore { says: locked }, Action::UnlockSecrets)
        );
        assert_eq!(key_store(None), Found::skipped(DiagnosisReason::LinkGiven));
    }
}
