//! A browser that knows of no proxy but the desktop's.

use std::process::Command;

use harness::deadline::within;

use crate::desk::Desk;

/// Loads a page and returns what the browser made of it.
pub(crate) async fn browse(desk: &Desk, url: &str) -> Result<String, String> {
    let mut command = browser(desk);
    command.args(["--timeout=30000", "--dump-dom", url]);
    let browsing = tokio::task::spawn_blocking(move || command.output().expect("the browser starts"));
    let output = within("the browser", browsing).await.expect("waiting for a program does not panic");
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// A browser without a window, to be told what to do.
pub(crate) fn browser(desk: &Desk) -> Command {
    let mut command = desk.command(browser_program());
    command.args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]);
    command.args(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
    // Otherwise it asks for a key store, and waits for somebody to unlock it, where one is installed.
    command.arg("--password-store=basic");
    command.arg(format!("--user-data-dir={}", desk.folder("browser").display()));
    command
}

fn browser_program() -> &'static str {
    let in_path = |program: &str| {
        std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(program).exists()))
    };
    ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|program| in_path(program))
        .expect("a browser is installed")
}
