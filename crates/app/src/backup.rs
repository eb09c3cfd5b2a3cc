//! A backup: profiles, ports and settings with all their secrets in one file. Without a passphrase it is a profile file
//! like ours, readable by who has it; with one it is an `age` file in ASCII armor, which other programs open too.

use std::io::{self, Read, Write};
use std::iter;
use std::path::Path;

use age::armor::{ArmoredReader, ArmoredWriter, Format};
use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Encryptor, scrypt};
use parasol_platform::private_file;
use parasol_proto::Password;
use serde::Serialize;
use thiserror::Error;
use ts_rs::TS;
use zeroize::Zeroizing;

use crate::document::{Document, Parsed};
use crate::export;
use crate::restore::Candidate;
use crate::wiped;

/// Why a backup was not made, or cannot be used. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, TS)]
#[serde(tag = "code", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum BackupFault {
    /// The file cannot be read or written.
    #[error("{cause}")]
    File {
        /// The system's words.
        cause: String,
    },
    /// It is longer than any backup.
    #[error("the file is longer than any backup")]
    TooLong,
    /// It is no backup of Parasol's.
    #[error("the file is no backup of Parasol's")]
    NotABackup,
    /// A newer Parasol made it.
    #[error("the backup was made by a newer Parasol")]
    Newer,
    /// It opens only with its passphrase.
    #[error("the backup opens only with its passphrase")]
    PassphraseNeeded,
    /// It is another one.
    #[error("the passphrase is not the one of this backup")]
    WrongPassphrase,
    /// It was cut or changed after it was made.
    #[error("the backup is damaged: it was cut or changed")]
    Damaged,
    /// It asks for more work than any backup of ours: it would keep this machine busy for minutes.
    #[error("the backup asks for far more work than one of Parasol's, and is not opened")]
    TooMuchWork,
    /// An empty passphrase protects nothing.
    #[error("the passphrase is empty")]
    EmptyPassphrase,
}

/// What came of making a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum BackUpAnswer {
    /// It is made.
    Done {
        /// Where.
        path: String,
        /// How many secrets are not in it, because the key store has not given their key.
        missing: u32,
    },
    /// It is not.
    Failed {
        /// Why.
        fault: BackupFault,
    },
}

/// What came of looking at a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum BackupLook {
    /// It is open.
    Open {
        /// What going to it would change.
        candidate: Candidate,
    },
    /// It is not.
    Failed {
        /// Why.
        fault: BackupFault,
    },
}

/// 2 to the power of this: 128 MiB and about half a second, for us and for each guess of somebody else.
const WORK: u8 = 17;
/// The most that is accepted: what `age -p` takes.
const MOST_WORK: u8 = 18;
/// The most bytes of a backup, and of what is in it.
const MOST_BYTES: u64 = 64 << 20;
/// The beginnings of an age file, plain and in armor.
const AGE: [&[u8]; 2] = [b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----"];

/// The bytes of a backup. With a passphrase it takes a while.
///
/// # Errors
/// When the passphrase is empty.
pub fn seal(document: &Document, passphrase: Option<&Password>) -> Result<Zeroizing<Vec<u8>>, BackupFault> {
    seal_with(document, passphrase, WORK)
}

fn seal_with(document: &Document, passphrase: Option<&Password>, work: u8) -> Result<Zeroizing<Vec<u8>>, BackupFault> {
    let mut plain = document.clone();
    // The key stays on this machine.
    plain.sealed_with = None;
    let bytes = plain.to_bytes();
    let Some(passphrase) = passphrase else { return Ok(bytes) };
    if passphrase.as_str().is_empty() {
        return Err(BackupFault::EmptyPassphrase);
    }
    let mut recipient = scrypt::Recipient::new(SecretString::from(passphrase.as_str()));
    recipient.set_work_factor(work);
    let encryptor = Encryptor::with_recipients(iter::once(&recipient as &dyn age::Recipient));
    let encryptor = encryptor.expect("one passphrase is a set of recipients");
    let write = |bytes: &[u8]| -> io::Result<Vec<u8>> {
        let mut writer = encryptor.wrap_output(ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor)?)?;
        writer.write_all(bytes)?;
        writer.finish()?.finish()
    };
    Ok(Zeroizing::new(write(&bytes).expect("a vector can be written to")))
}

/// What a backup holds.
///
/// # Errors
/// Why it does not open.
pub fn open(bytes: &[u8], passphrase: Option<&Password>) -> Result<Document, BackupFault> {
    open_within(bytes, passphrase, MOST_WORK)
}

/// The same, with a bound on the work that is done for it: 2 to the power of `most_work`.
///
/// # Errors
/// Why it does not open.
pub fn open_within(bytes: &[u8], passphrase: Option<&Password>, most_work: u8) -> Result<Document, BackupFault> {
    let plain = if is_sealed(bytes) {
        unsealed(bytes, passphrase.ok_or(BackupFault::PassphraseNeeded)?, most_work)?
    } else {
        Zeroizing::new(bytes.to_vec())
    };
    match Document::parse(&plain) {
        Parsed::Document(document) => Ok(document),
        Parsed::Newer(_) => Err(BackupFault::Newer),
        Parsed::Unreadable => Err(BackupFault::NotABackup),
    }
}

/// Whether the bytes begin like a file that a passphrase opens.
pub(crate) fn is_sealed(bytes: &[u8]) -> bool {
    AGE.iter().any(|start| bytes.trim_ascii_start().starts_with(start))
}

fn unsealed(bytes: &[u8], passphrase: &Password, most_work: u8) -> Result<Zeroizing<Vec<u8>>, BackupFault> {
    let decryptor =
        Decryptor::new_buffered(ArmoredReader::new(bytes.trim_ascii_start())).map_err(|error| fault(&error))?;
    if !decryptor.is_scrypt() {
        // For somebody's key, not for a passphrase.
        return Err(BackupFault::NotABackup);
    }
    let mut identity = scrypt::Identity::new(SecretString::from(passphrase.as_str()));
    identity.set_max_work_factor(most_work);
    let opened = decryptor.decrypt(iter::once(&identity as &dyn age::Identity)).map_err(|error| fault(&error))?;
    // What is in it is never longer than what it is in.
    let mut plain = Zeroizing::new(Vec::with_capacity(bytes.len()));
    opened.take(MOST_BYTES).read_to_end(&mut plain).map_err(|_| BackupFault::Damaged)?;
    Ok(plain)
}

fn fault(error: &DecryptError) -> BackupFault {
    match error {
        DecryptError::ExcessiveWork { .. } => BackupFault::TooMuchWork,
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed | DecryptError::NoMatchingKeys => {
            BackupFault::WrongPassphrase
        }
        DecryptError::UnknownFormat => BackupFault::Newer,
        // A bad head, a bad seal, an end too soon.
        _ => BackupFault::Damaged,
    }
}

/// Puts a backup where the user wants it, for its owner alone; what had the name is replaced whole or not at all.
///
/// # Errors
/// The system's.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), BackupFault> {
    let file = |error: io::Error| BackupFault::File { cause: error.to_string() };
    export::save(path, bytes).map_err(file)
}

/// The bytes of the file that the user named. It may lie anywhere, so it is not shut as ours are.
///
/// # Errors
/// The system's; and when it is too long.
pub fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, BackupFault> {
    let file = |error: io::Error| BackupFault::File { cause: error.to_string() };
    let opened = private_file::open_of_others(path).map_err(file)?;
    let len = opened.metadata().map_err(file)?.len();
    if len > MOST_BYTES {
        return Err(BackupFault::TooLong);
    }
    let most = usize::try_from(MOST_BYTES + 1).unwrap_or(usize::MAX);
    let bytes = wiped::read(opened, usize::try_from(len).unwrap_or(most), most).map_err(file)?;
    if bytes.len() as u64 > MOST_BYTES { Err(BackupFault::TooLong) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests;
