//! A launch agent of macOS: launchd runs at login what the property lists in `~/Library/LaunchAgents` say (launchd.plist(5)).

use std::path::Path;

use super::RELEASE_ARGS;

pub(super) const NAME: &str = "io.github.parasol.release-proxy.plist";

/// `None` where there is no home.
#[cfg(target_os = "macos")]
pub(super) fn directory() -> Option<std::path::PathBuf> {
    let home = std::env::var_os("HOME").map(std::path::PathBuf::from).filter(|path| path.is_absolute())?;
    Some(home.join("Library/LaunchAgents"))
}

/// The list; `None` for a path that none can hold.
pub(super) fn text(program: &Path, journal: &Path) -> Option<String> {
    let mut arguments = String::new();
    for argument in [program.to_str()?].into_iter().chain(RELEASE_ARGS).chain([journal.to_str()?]) {
        arguments += &format!("    <string>{}</string>\n", escaped(argument)?);
    }
    let label = NAME.trim_end_matches(".plist");
    Some(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\">\n\
         <dict>\n  <key>Label</key>\n  <string>{label}</string>\n  <key>ProgramArguments</key>\n  <array>\n{arguments}  \
         </array>\n  <key>RunAtLoad</key>\n  <true/>\n</dict>\n\
         </plist>\n"
    ))
}

fn escaped(text: &str) -> Option<String> {
    if text.chars().any(char::is_control) {
        return None;
    }
    Some(text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_runs_one_command_at_login() {
        let text = text(Path::new("/Applications/A & B.app/parasol"), Path::new("/Users/<x>/j.json")).unwrap();
        let strings: Vec<&str> =
            text.lines().filter_map(|line| line.trim().strip_prefix("<string>")?.strip_suffix("</string>")).collect();
        let arguments =
            ["/Applications/A &amp; B.app/parasol", "proxy", "release", "--journal", "/Users/&lt;x&gt;/j.json"];
        assert_eq!(strings[0], "io.github.parasol.release-proxy");
        assert_eq!(strings[1..], arguments);
        assert!(text.contains("<key>RunAtLoad</key>\n  <true/>"), "{text}");
    }

    #[test]
    fn a_path_that_no_list_can_hold_has_none() {
        assert_eq!(text(Path::new("/a\n"), Path::new("/j")), None);
        assert_eq!(text(Path::new("/a"), Path::new("/j\0")), None);
    }
}
