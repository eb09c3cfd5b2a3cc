//! The program as it is started where nothing can be drawn.
#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::process::Command;

#[test]
fn without_a_display_or_with_a_dead_one_it_says_so_and_ends() {
    // A session of its own: a Parasol that runs on this machine is not spoken to.
    let session = std::env::temp_dir().join(format!("parasol-display-{}", std::process::id()));
    fs::DirBuilder::new().mode(0o700).create(&session).expect("a folder of our own");
    for display in [None, Some(":4711")] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_parasol-desktop"));
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").envs(display.map(|name| ("DISPLAY", name)));
        command.env("XDG_RUNTIME_DIR", &session);
        let output = command.output().expect("the program was built with this test");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{display:?}: {said}");
        assert!(!output.stderr.is_empty(), "{display:?}");
    }
    fs::remove_dir_all(session).expect("our own");
}
