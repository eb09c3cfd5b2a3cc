//! The desktop's proxy setting, read and written from outside with `gsettings`.

use crate::desk::Desk;

const SCHEMA: &str = "org.gnome.system.proxy";

/// Everything the setting holds, key by key.
pub(crate) fn all(desk: &Desk) -> String {
    gsettings(desk, &["list-recursively", SCHEMA])
}

/// One value of the setting; `section` as in `http`, or empty for the setting itself.
pub(crate) fn read(desk: &Desk, section: &str, key: &str) -> String {
    gsettings(desk, &["get", &schema(section), key]).trim().trim_matches('\'').to_owned()
}

/// Gives the setting a value, as a person would in the desktop's own dialog.
pub(crate) fn write(desk: &Desk, section: &str, key: &str, value: &str) {
    gsettings(desk, &["set", &schema(section), key, value]);
}

fn schema(section: &str) -> String {
    if section.is_empty() { SCHEMA.to_owned() } else { format!("{SCHEMA}.{section}") }
}

fn gsettings(desk: &Desk, args: &[&str]) -> String {
    let output = desk.command("gsettings").args(args).output().expect("gsettings is installed");
    assert!(output.status.success(), "gsettings {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("gsettings prints text")
}
