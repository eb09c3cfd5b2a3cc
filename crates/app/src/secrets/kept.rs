//! Keys as the key store has them.

use std::collections::BTreeSet;

use parasol_platform::key_store::{Ask, KeyStore, KeyStoreError};

use super::key::Key;

/// The keys of these names, and whether the key store has all of them. Without names it is only asked whether it is
/// ready. Blocks.
///
/// # Errors
/// When the key store does not answer for one of them.
pub fn read_keys(store: &dyn KeyStore, names: &BTreeSet<String>, ask: Ask) -> Result<(Vec<Key>, bool), KeyStoreError> {
    if names.is_empty() {
        store.is_ready()?;
    }
    let mut keys = Vec::new();
    for name in names {
        keys.extend(store.read(name, ask)?.and_then(|bytes| Key::from_store(name, &bytes)));
    }
    let all = keys.len() == names.len();
    Ok((keys, all))
}

/// A new key, once it is certain that the key store has it. Blocks.
///
/// # Errors
/// When it does not, or may not.
pub fn make_key(store: &dyn KeyStore, ask: Ask) -> Result<Key, KeyStoreError> {
    let failed = |what: &str| KeyStoreError::Failed(what.to_owned());
    let key = Key::random().ok_or_else(|| failed("the system has no random bytes"))?;
    store.write(key.id(), key.bytes(), ask)?;
    match store.read(key.id(), ask)? {
        Some(kept) if *kept == key.bytes() => Ok(key),
        _ => Err(failed("it does not keep what it is given")),
    }
}
