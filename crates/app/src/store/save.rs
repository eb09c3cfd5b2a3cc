//! Writing the profile file. A machine that dies between any two steps, or in the middle of one, finds the old file or
//! the new one, whole; and the file before it as the backup, and among the earlier states if it is worth going back to.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::SystemTime;

use parasol_platform::private_file;
use zeroize::Zeroizing;

use super::{FILE, Store};

/// What saving does, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SaveStep {
    /// The new file, under another name, on the disk with every byte.
    WriteNew,
    /// A copy of the old file, under another name, on the disk. (Renaming the old file instead would leave a moment
    /// with no file at all; a second name for it would let one damage hit both.)
    CopyOld,
    /// The copy becomes the backup.
    ReplaceBackup,
    /// It becomes an earlier state too, if it is worth going back to.
    KeepEarlier,
    /// The new file takes the old one's name.
    ReplaceFile,
    /// The names themselves reach the disk.
    SyncDir,
}

/// The order is what the promise above rests on.
pub(super) const STEPS: [SaveStep; 6] = [
    SaveStep::WriteNew,
    SaveStep::CopyOld,
    SaveStep::ReplaceBackup,
    SaveStep::KeepEarlier,
    SaveStep::ReplaceFile,
    SaveStep::SyncDir,
];

impl Store {
    pub(super) fn write(&self, bytes: &[u8], keep_earlier: bool) -> io::Result<()> {
        let mut steps = STEPS.iter().filter(|&&step| keep_earlier || step != SaveStep::KeepEarlier);
        let written = steps.try_for_each(|&step| self.perform(step, bytes));
        if written.is_err() {
            // Best effort, so that a full disk gets its space back; the next save starts with removing it anyway.
            let _ = private_file::remove(&self.new_file());
            let _ = private_file::remove(&self.old_file());
        }
        written
    }

    pub(super) fn perform(&self, step: SaveStep, bytes: &[u8]) -> io::Result<()> {
        match step {
            SaveStep::WriteNew => private_file::write(&self.new_file(), bytes),
            SaveStep::CopyOld => match fs::read(self.file()).map(Zeroizing::new) {
                Ok(old) => private_file::write(&self.old_file(), &old),
                // Nothing is saved yet, or it was moved aside: the backup stays what it is.
                Err(error) if error.kind() == io::ErrorKind::NotFound => private_file::remove(&self.old_file()),
                Err(error) => Err(error),
            },
            SaveStep::ReplaceBackup => match fs::rename(self.old_file(), self.backup()) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                renamed => renamed,
            },
            SaveStep::KeepEarlier => {
                // What the user has changed now is worth more than a way back.
                if let Err(error) = self.earlier().keep(&self.backup(), SystemTime::now()) {
                    tracing::warn!(%error, "the state before this change could not be kept");
                }
                Ok(())
            }
            SaveStep::ReplaceFile => fs::rename(self.new_file(), self.file()),
            SaveStep::SyncDir => private_file::sync_dir(&self.dir),
        }
    }

    pub(super) fn new_file(&self) -> PathBuf {
        self.dir.join(format!("{FILE}.new"))
    }

    pub(super) fn old_file(&self) -> PathBuf {
        self.dir.join(format!("{FILE}.old"))
    }
}
