//! curl, with nobody's configuration and no proxy but the one that a test names.

use tokio::process::Command;

use crate::deadline::within;

/// What curl did.
#[derive(Debug)]
pub struct Answer {
    /// Its exit code: 0 when the transfer worked.
    pub code: i32,
    /// The body.
    pub body: Vec<u8>,
    /// What it said on standard error.
    pub words: String,
}

/// Runs curl with these arguments.
pub async fn curl<S: AsRef<std::ffi::OsStr>>(args: &[S]) -> Answer {
    let mut command = Command::new("curl");
    command.args(["--disable", "--silent", "--show-error", "--max-time", "50"]).args(args).kill_on_drop(true);
    for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(name);
    }
    let output = within("curl", command.output()).await.expect("curl is installed");
    Answer {
        code: output.status.code().unwrap_or(-1),
        body: output.stdout,
        words: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
