//! Generates the Tauri context: capabilities, icons and the embedded UI.
fn main() {
    tauri_build::build();
}
