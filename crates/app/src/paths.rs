//! `Paths`: where Parasol keeps what it must remember.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use parasol_platform::ControlPath;
use thiserror::Error;

/// The environment variable that names another directory: for tests, and for a Parasol that is carried about.
pub const CONFIG_DIR: &str = "PARASOL_CONFIG_DIR";

/// The directory of profiles, settings and the journal of the system proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// Made when it is first needed.
    pub config: PathBuf,
}

/// This user has no home directory to keep anything in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("there is no home directory; set {CONFIG_DIR} to a directory for Parasol's files")]
pub struct NoHome;

impl Paths {
    /// What `PARASOL_CONFIG_DIR` says, else the configuration directory that this system has for this user, such as
    /// `~/.config/parasol`.
    ///
    /// # Errors
    /// When there is neither.
    pub fn of_this_user() -> Result<Paths, NoHome> {
        let named = std::env::var_os(CONFIG_DIR).filter(|dir| !dir.is_empty()).map(PathBuf::from);
        let usual = || ProjectDirs::from("", "", "parasol").map(|dirs| dirs.config_dir().to_owned());
        named.or_else(usual).map(|config| Paths { config }).ok_or(NoHome)
    }

    /// Where the log of this user's Parasol is: with its other files where `PARASOL_CONFIG_DIR` names a directory for them, else
    /// where this system keeps what need not be kept, such as `~/.local/state/parasol`. `None` without a home directory.
    #[must_use]
    pub fn log_of_this_user() -> Option<PathBuf> {
        if let Some(dir) = std::env::var_os(CONFIG_DIR).filter(|dir| !dir.is_empty()) {
            return Some(PathBuf::from(dir).join("log"));
        }
        let dirs = ProjectDirs::from("", "", "parasol")?;
        Some(dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).to_owned())
    }

    /// Where another user's usually are on systems with XDG directories; we do not know their environment.
    #[must_use]
    pub fn in_home(home: &Path) -> Paths {
        Paths { config: home.join(".config/parasol") }
    }

    /// Where the Parasol that runs is found by other processes of this user, whichever directory each of them uses: it is one
    /// for a user. `None` when the system does not tell who that is.
    #[must_use]
    pub fn control() -> Option<ControlPath> {
        let dirs = ProjectDirs::from("", "", "parasol")?;
        ControlPath::of_this_user(&dirs.data_local_dir().join("run")).ok()
    }

    /// The journal of the system proxy.
    #[must_use]
    pub fn proxy_journal(&self) -> PathBuf {
        self.config.join("system-proxy.json")
    }
}
