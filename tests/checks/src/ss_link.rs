//! `ss://` links, and texts that hold some.

use parasol_proto::link::{Link, LinkError, MAX_LINK, find_links};

use crate::decoder::is_sound;

/// A text from the clipboard, a page or a subscription.
pub fn ss_link(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    one(&text, Link::decode);
    one(&text, Link::decode_legacy);

    let lines = text.split('\n').count();
    let mut last = 0;
    let mut found = 0;
    for (line, link) in find_links(&text) {
        assert!(last <= line && line <= lines, "line {line} of {lines}");
        last = line;
        found += 1;
        match link {
            Ok(link) => is_shown(&link),
            Err(error) => is_told(&error),
        }
    }
    assert!(found <= text.split_whitespace().count(), "{found} links");
}

/// What is read is written as a link that reads the same.
fn one(text: &str, decode: fn(&str) -> Result<Link, LinkError>) {
    match decode(text) {
        Ok(link) => {
            assert!(text.trim().len() <= MAX_LINK);
            is_shown(&link);
            let written = link.encode();
            assert!(written.bytes().all(|byte| byte.is_ascii_graphic()), "{written}");
            if written.len() <= MAX_LINK {
                let again = decode(&written);
                assert_eq!(again.as_ref(), Ok(&link), "{written}");
                assert_eq!(again.map(|link| link.encode()), Ok(written));
            }
        }
        Err(error) => is_told(&error),
    }
}

fn is_shown(link: &Link) {
    is_sound(&link.server);
    let safe = |text: &str| !text.chars().any(|c| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c));
    if let Some(name) = &link.name {
        assert!(!name.is_empty() && name.chars().count() <= 256 && safe(name), "{name:?}");
    }
    assert!(link.plugin.as_ref().is_none_or(|plugin| !plugin.name.is_empty()));
    let shown = format!("{link:?}");
    assert!(shown.contains('…'), "the password is masked: {shown}");
}

/// An error is one short line.
fn is_told(error: &LinkError) {
    let text = error.to_string();
    assert!(text.len() < 400 && !text.chars().any(char::is_control), "{text:?}");
}
