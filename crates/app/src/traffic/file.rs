//! `TrafficFile`: the history on the disk, beside the profile file and under its lock.
//!
//! ```text
//! traffic.json               the file
//! traffic.json.unreadable    one that makes no sense, moved aside; the next one has -2 behind it
//! traffic.json.newer         one of a newer Parasol, likewise
//! ```

use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use parasol_platform::private_file;

use super::Traffic;
use super::saved::Parsed;
use crate::state::Event;

const FILE: &str = "traffic.json";
/// Above what a full history takes with the largest numbers in every step.
const MAX_LEN: u64 = 8 << 20;
/// So many are moved aside at most.
const MOST_KEPT: usize = 20;

/// Where the history is kept.
#[derive(Debug, Clone)]
pub struct TrafficFile {
    dir: PathBuf,
    /// Another Parasol has the directory, or what is there could not be read or not be moved aside.
    barred: bool,
}

impl TrafficFile {
    /// Reads the history in `dir`; `ours` when no other Parasol has that. What makes no sense is moved aside; what the system
    /// does not let us read now may be good, and stays. Either is told of. Blocks.
    #[must_use]
    pub fn open(dir: &Path, ours: bool) -> (TrafficFile, Traffic, Option<Event>) {
        let mut file = TrafficFile { dir: dir.to_owned(), barred: !ours };
        if !ours {
            return (file, Traffic::default(), None);
        }
        let (newer, kept) = match file.read() {
            Ok(None) => return (file, Traffic::default(), None),
            Ok(Some(Parsed::Good(traffic))) => return (file, *traffic, None),
            Ok(Some(Parsed::Newer)) => (true, file.move_aside("newer")),
            Ok(Some(Parsed::Unreadable)) => (false, file.move_aside("unreadable")),
            Err(error) => (false, Err(error)),
        };
        let kept = kept.unwrap_or_else(|error| {
            tracing::warn!(%error, "the history of the traffic stays as it is, and that of this run is not kept");
            file.barred = true;
            file.path()
        });
        let event = Event::TrafficAnew { kept: kept.display().to_string(), newer };
        (file, Traffic::default(), Some(event))
    }

    /// Writes it in place of what is there, whole or not at all. Blocks until it is on the disk.
    ///
    /// # Errors
    /// The system's; the file is as it was then.
    pub fn write(&self, traffic: &Traffic) -> io::Result<()> {
        if self.barred {
            return Ok(());
        }
        private_file::create_dir(&self.dir)?;
        let new = self.dir.join("traffic.json.new");
        let written = private_file::write(&new, &traffic.to_bytes()).and_then(|()| fs::rename(&new, self.path()));
        if let Err(error) = written {
            // So that a full disk gets its space back.
            let _ = private_file::remove(&new);
            return Err(error);
        }
        private_file::sync_dir(&self.dir)
    }

    /// Never over one that lies there.
    fn move_aside(&self, why: &str) -> io::Result<PathBuf> {
        let named = |n| match n {
            1 => self.dir.join(format!("{FILE}.{why}")),
            n => self.dir.join(format!("{FILE}.{why}-{n}")),
        };
        let free = (1..=MOST_KEPT).map(named).find(|path| path.symlink_metadata().is_err());
        let kept = free.ok_or_else(|| io::Error::new(ErrorKind::AlreadyExists, "too many have been moved aside"))?;
        fs::rename(self.path(), &kept)?;
        Ok(kept)
    }

    fn read(&self) -> io::Result<Option<Parsed>> {
        let file = match private_file::open(&self.path()) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
            file => file?,
        };
        let mut bytes = Vec::new();
        file.take(MAX_LEN + 1).read_to_end(&mut bytes)?;
        Ok(Some(if bytes.len() as u64 > MAX_LEN { Parsed::Unreadable } else { Traffic::parse(&bytes) }))
    }

    fn path(&self) -> PathBuf {
        self.dir.join(FILE)
    }
}
