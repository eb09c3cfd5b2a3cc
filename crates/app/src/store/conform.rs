//! The other files beside the profile file, which hold secrets too: the backup and the earlier states. After a move of
//! the secrets they are written anew in the way of the profile file, one after the other, each whole. A move that is
//! cut short is gone on with at the first save of the next start; until then each file says by itself how to read it.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use parasol_platform::private_file;

use super::{FILE, Store, load};
use crate::document::format::Format;
use crate::document::{Document, Parsed};
use crate::secrets::Keys;

impl Store {
    /// Brings all files into the form that `document` was saved in. Returns the keys that are still named by one; nothing
    /// when that is not known, or when nothing was to be done.
    pub(crate) fn conform(&mut self, document: &Document) -> Option<BTreeSet<String>> {
        let (form, keys, format) = (&document.sealed_with, &self.keys.clone(), self.format);
        let at_hand = form.as_deref().is_none_or(|key| keys.get(key).is_some());
        if self.conformed.as_ref() == Some(form) || !at_hand || !self.reads_back(document, keys) {
            return None;
        }
        let earlier = self.earlier();
        let mut named = document.sealed(keys).keys_named();
        let mut all = self.unreadable_name(keys, &mut named).is_ok();
        let mut put =
            |path: &Path, put: &dyn Fn(&[u8]) -> io::Result<()>| match conformed(path, format, form.as_ref(), keys) {
                Ok((names, None)) => named.extend(names),
                Ok((names, Some(bytes))) => match put(&bytes) {
                    Ok(()) => named.extend(names),
                    Err(error) => {
                        tracing::warn!(%error, "an older file keeps its secrets as they were");
                        all = false;
                    }
                },
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(_) => all = false,
            };
        put(&self.backup(), &|bytes| self.replace_backup(bytes));
        for until_ms in earlier.list() {
            put(&earlier.path(until_ms), &|bytes| earlier.put(until_ms, bytes));
        }
        if !all {
            return None;
        }
        self.conformed = Some(form.clone());
        Some(named)
    }

    /// Whether the file on the disk holds the document, secrets and all: before that, nothing else is touched.
    fn reads_back(&self, document: &Document, keys: &Keys) -> bool {
        let read = load::bytes(&self.file()).map(|bytes| self.format.parse(&bytes));
        let same = match read {
            Ok(Parsed::Document(mut read)) => {
                read.unseal(keys);
                read == *document
            }
            _ => false,
        };
        if !same {
            tracing::error!("what was saved does not read back; older files stay as they are");
        }
        same
    }

    fn replace_backup(&self, bytes: &[u8]) -> io::Result<()> {
        private_file::write(&self.old_file(), bytes)?;
        fs::rename(self.old_file(), self.backup())?;
        private_file::sync_dir(&self.dir)
    }

    /// Files that were kept aside are never touched; a key that they name is needed to mend them.
    fn unreadable_name(&self, keys: &Keys, named: &mut BTreeSet<String>) -> io::Result<()> {
        let start = format!("{FILE}.unreadable-");
        for entry in fs::read_dir(&self.dir)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(&start) && entry.file_type()?.is_file() {
                let bytes = load::bytes(&entry.path())?;
                let names = |id: &&str| bytes.windows(id.len()).any(|window| window == id.as_bytes());
                named.extend(keys.ids().filter(names).map(str::to_owned));
            }
        }
        Ok(())
    }
}

/// The keys that a file names when it has the wanted form, and its bytes if it is to be written for that.
type Conformed = (BTreeSet<String>, Option<zeroize::Zeroizing<Vec<u8>>>);

fn conformed(path: &Path, format: Format, form: Option<&String>, keys: &Keys) -> io::Result<Conformed> {
    let bytes = load::bytes(path)?;
    let Parsed::Document(read) = format.parse(&bytes) else {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it cannot be read"));
    };
    let mut wanted = read.clone();
    wanted.unseal(keys);
    wanted.sealed_with = form.cloned();
    let wanted = wanted.sealed(keys);
    let names = wanted.keys_named();
    let has_it =
        read.sealed_with.as_ref() == form && read.keys_named() == names && read.open_secrets() == wanted.open_secrets();
    Ok((names, (!has_it).then(|| wanted.to_bytes())))
}
