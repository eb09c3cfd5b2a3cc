//! A launch agent of macOS, as text.

use super::ARGUMENT;

/// Its label, which is its file's name too.
pub(super) const LABEL: &str = "io.github.parasol.Parasol";

/// The property list that has this program started when its user logs in to a desktop.
pub(super) fn text(program: &str) -> String {
    let program = escaped(program);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\">\n\
         <dict>\n\
         \t<key>Label</key>\n\t<string>{LABEL}</string>\n\
         \t<key>AssociatedBundleIdentifiers</key>\n\t<string>{LABEL}</string>\n\
         \t<key>ProgramArguments</key>\n\t<array>\n\t\t<string>{program}</string>\n\t\t<string>{ARGUMENT}</string>\n\t</array>\n\
         \t<key>LimitLoadToSessionType</key>\n\t<string>Aqua</string>\n\
         \t<key>ProcessType</key>\n\t<string>Interactive</string>\n\
         \t<key>RunAtLoad</key>\n\t<true/>\n\
         </dict>\n\
         </plist>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_any_letters_is_one_string() {
        let text = text("/Applications/R&D <1>/Parasol.app/Contents/MacOS/parasol-desktop");
        let string = "<string>/Applications/R&amp;D &lt;1&gt;/Parasol.app/Contents/MacOS/parasol-desktop</string>";
        assert_eq!(text.matches(string).count(), 1, "{text}");
        assert_eq!(text.matches("<string>--at-login</string>").count(), 1);
        assert_eq!(text.matches("<string>").count(), text.matches("</string>").count());
    }
}
