//! Generates the Tauri context: the permissions of our commands, the icons and the embedded UI.

/// Every command the window may call; each gets an `allow-` permission that `capabilities/main.json` names.
const COMMANDS: &[&str] = &[
    "state",
    "send",
    "check",
    "check_port",
    "methods",
    "password",
    "preview_import",
    "preview_import_file",
    "preview_candidate",
    "look_at_screen",
    "look_at_clipboard",
    "pasted_text",
    "export_profiles",
    "qr",
    "preview_subscription",
    "terminal_commands",
    "rules",
    "preview_rules",
    "pac_rules",
    "preview_pac_rules",
    "check_rule_list",
    "rule_hits",
    "explain",
    "tested",
    "test_draft",
    "check_probe",
    "earlier_states",
    "look_at_earlier",
    "save_export",
    "back_up",
    "choose_backup",
    "look_at_backup",
    "copy",
    "dropped_file",
    "handed_links",
    "link_opener",
    "set_link_opener",
    "login_start",
    "set_login_start",
    "watch",
    "unwatch",
    "traffic",
    "profile_uses",
    "watch_connections",
    "unwatch_connections",
    "watch_log",
    "unwatch_log",
    "log_between",
    "clear_log",
    "save_text",
    "diagnose",
    "end_diagnosis",
    "diagnosis_report",
    "open_clock_settings",
    "own_files",
    "show_own_file",
    "hears_close",
    "close_window",
    "quit",
    "start_again",
];

fn main() {
    let attributes = tauri_build::Attributes::new().app_manifest(tauri_build::AppManifest::new().commands(COMMANDS));
    if let Err(error) = tauri_build::try_build(attributes) {
        // Shown by cargo as the build's failure; a panic would add a back trace that says nothing.
        eprintln!("{error:#}");
        std::process::exit(1);
    }
}
