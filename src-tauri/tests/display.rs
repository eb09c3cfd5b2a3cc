//! The program as it is started where nothing can be drawn.
#![cfg(target_os = "linux")]

use std::process::Command;

#[test]
fn without_a_display_or_with_a_dead_one_it_says_so_and_ends() {
    for display in [None, Some(":4711")] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_parasol-desktop"));
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").envs(display.map(|name| ("DISPLAY", name)));
        let output = command.output().expect("the program was built with this test");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{display:?}: {said}");
        assert!(!output.stderr.is_empty(), "{display:?}");
    }
}
