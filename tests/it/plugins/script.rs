//! `Script`: a plugin that does what a test wants, in Python.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use harness::deadline::within;
use tempfile::TempDir;

/// What every script has.
const HEAD: &str = "\
#!/usr/bin/env python3
import os, signal, socket, sys, time
HERE = os.path.dirname(os.path.abspath(__file__))
def tell(name, text):
    with open(os.path.join(HERE, name + '.part'), 'wb') as file:
        file.write(os.fsencode(text))
    os.rename(os.path.join(HERE, name + '.part'), os.path.join(HERE, name))
def listen():
    return socket.create_server((os.environ['SS_LOCAL_HOST'], int(os.environ['SS_LOCAL_PORT'])))
tell('pid', str(os.getpid()))
";

/// A program in a folder of its own. The folder's name has a space and a quote in it.
pub(crate) struct Script {
    files: TempDir,
}

impl Script {
    pub(crate) fn new(body: &str) -> Script {
        let files = tempfile::Builder::new().prefix("it's a ").tempdir().expect("the temporary folder can be written");
        let script = Script { files };
        std::fs::write(script.path("plugin"), [HEAD, body].concat()).expect("the temporary folder can be written");
        std::fs::set_permissions(script.path("plugin"), PermissionsExt::from_mode(0o700)).expect("it is ours");
        script
    }

    /// A file beside it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.files.path().join(name)
    }

    /// The program.
    pub(crate) fn program(&self) -> String {
        self.path("plugin").to_str().expect("a temporary path is text").to_owned()
    }

    /// What it tells under this name, once it has.
    pub(crate) async fn told(&self, name: &str) -> Vec<u8> {
        let path = self.path(name);
        within(name, async {
            loop {
                match std::fs::read(&path) {
                    Ok(text) => return text,
                    Err(_) => tokio::task::yield_now().await,
                }
            }
        })
        .await
    }

    /// Returns when it does not run any more.
    pub(crate) async fn until_dead(&self) {
        let pid = String::from_utf8(self.told("pid").await).expect("a number");
        within("the end of a plugin", async {
            while lives(&pid) {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
}

/// Does the process run? One that only waits to be looked at (a zombie) does not.
fn lives(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with(['Z', 'X']))
}
