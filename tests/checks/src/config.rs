//! Configuration files, of both dialects.

/// The text of a file.
pub fn config(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match parasol_cli::config_warnings(&text) {
        Ok(warnings) => {
            for warning in warnings {
                is_one_line(&warning);
            }
        }
        Err(fault) => {
            is_one_line(&fault);
            assert!(fault.len() < 1_000, "{} bytes", fault.len());
        }
    }
}

/// What is printed of a file cannot be taken for something else.
fn is_one_line(text: &str) {
    assert!(!text.chars().any(char::is_control), "{text:?}");
}
