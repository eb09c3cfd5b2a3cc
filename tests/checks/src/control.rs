//! A line of the control socket, either way.

use parasol_app::control::{Answer, Refusal, Request};
use parasol_app::handed::{Handed, is_link};
use parasol_app::import;
use parasol_proto::link::MAX_LINK;

/// A line without its end.
pub fn control(data: &[u8]) {
    match Request::parse(data) {
        Ok(request) => asked(&request),
        Err(why) => assert_eq!(why, Refusal::NotUnderstood),
    }
    if let Ok(answer) = serde_json::from_slice::<Answer>(data) {
        let line = serde_json::to_vec(&answer).expect("plain data");
        assert!(!line.contains(&b'\n'), "an answer is one line");
        assert_eq!(serde_json::from_slice::<Answer>(&line).expect("what was written is read"), answer);
    }
}

fn asked(request: &Request) {
    let line = serde_json::to_vec(request).expect("plain data");
    assert!(!line.contains(&b'\n'), "a request is one line");
    assert_eq!(Request::parse(&line).as_ref(), Ok(request));
    if let Request::Links(links) = request {
        let shown = format!("{request:?}");
        for link in links.links.iter().filter(|link| link.len() > 20) {
            assert!(!shown.contains(link.as_str()), "links are masked: {shown}");
        }
        handed(links);
    }
}

/// What the window shows of it: links alone, each one short line that hides nothing, and the same again is no more.
fn handed(links: &Handed) {
    let mut kept = Handed::default();
    let any = kept.take_over(links.clone());
    assert_eq!(any, kept != Handed::default());
    assert!(kept.links.len() <= 100);
    assert!(kept.left_out >= links.left_out);
    for link in &kept.links {
        assert!(is_link(link) && link.len() <= MAX_LINK, "{link:?}");
        assert!(link.chars().all(|c| matches!(c, '"' | '\'' | '\\') || c.escape_debug().eq([c])), "{link:?}");
    }
    let once = kept.links.clone();
    kept.take_over(Handed { links: once.clone(), left_out: 0 });
    assert_eq!(kept.links, once);
    assert!(!import::read(once.join("\n").as_bytes()).entries.is_empty());
}
