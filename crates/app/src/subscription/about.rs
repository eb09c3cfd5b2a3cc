//! `About`: what the head of an answer says about a list: its title, how often to come back, what of it is used up. Panels
//! send these fields; there is no standard for them, so each is read leniently and costs nothing but itself.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hyper::HeaderMap;
use parasol_proto::link::clean_name;
use serde::{Deserialize, Serialize};

/// What a head says about its list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// `Profile-Title`.
    pub title: Option<String>,
    /// `Profile-Update-Interval`, in hours.
    pub interval_h: Option<u32>,
    /// `Subscription-Userinfo`.
    pub usage: Usage,
}

/// What of a subscription is used up, and until when it is paid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Bytes used so far, both ways.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<u64>,
    /// Bytes that there are in all; without it there is no limit that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// When it ends, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_ms: Option<u64>,
}

impl About {
    pub(super) fn of(head: &HeaderMap) -> About {
        let field = |name: &str| std::str::from_utf8(head.get(name)?.as_bytes()).ok();
        About {
            title: field("profile-title").and_then(title),
            interval_h: field("profile-update-interval").and_then(hours),
            usage: field("subscription-userinfo").map(usage).unwrap_or_default(),
        }
    }
}

/// A number that JavaScript can hold, so that the window shows what was said.
const MOST: u64 = 1 << 53;

fn title(field: &str) -> Option<String> {
    /// More would fill the line.
    const LONGEST: usize = 100;
    let lenient = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let packed = field.strip_prefix("base64:");
    let text = match packed {
        Some(packed) => String::from_utf8(GeneralPurpose::new(&STANDARD, lenient).decode(packed.trim()).ok()?).ok()?,
        None => field.to_owned(),
    };
    let title: String = clean_name(&text)?.trim().chars().take(LONGEST).collect();
    (!title.is_empty()).then_some(title)
}

fn hours(field: &str) -> Option<u32> {
    let hours: f64 = field.trim().parse().ok()?;
    // Out of range, it becomes the nearest that is in it.
    (hours > 0.0).then_some(hours.ceil() as u32)
}

fn usage(field: &str) -> Usage {
    let mut usage = Usage::default();
    for (name, value) in field.split([';', ',']).filter_map(|part| part.split_once('=')) {
        let Some(value) = number(value) else { continue };
        match name.trim().to_ascii_lowercase().as_str() {
            "upload" | "download" => usage.used = Some(usage.used.unwrap_or(0).saturating_add(value).min(MOST)),
            // Nothing at all means that nobody counts.
            "total" => usage.total = Some(value).filter(|total| *total > 0),
            "expire" => usage.expires_ms = Some(value.saturating_mul(1000).min(MOST)).filter(|at| *at > 0),
            _ => {}
        }
    }
    usage
}

fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    let whole = text.parse().ok().or_else(|| {
        let number: f64 = text.parse().ok()?;
        (number >= 0.0).then_some(number as u64)
    })?;
    Some(u64::min(whole, MOST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(used: u64, total: Option<u64>, expires_ms: Option<u64>) -> Usage {
        Usage { used: Some(used), total, expires_ms }
    }

    #[test]
    fn what_panels_say_of_use_and_expiry_is_read() {
        for (field, expected) in [
            ("upload=1; download=2; total=10; expire=1700000000", used(3, Some(10), Some(1_700_000_000_000))),
            ("Upload=1;Download=2", used(3, None, None)),
            ("download=5, total=0, expire=0", used(5, None, None)),
            ("upload=1.5E9; download=1", used(1_500_000_001, None, None)),
            ("upload=18446744073709551615; download=18446744073709551615", used(MOST, None, None)),
            ("upload=1; download=x; total=-3; expire=", used(1, None, None)),
            ("expire=99999999999999999999", Usage { expires_ms: Some(MOST), ..Usage::default() }),
            ("upload=NaN; total=inf", Usage { total: Some(MOST), ..Usage::default() }),
            ("nonsense", Usage::default()),
            ("", Usage::default()),
            (";;==;=1;upload", Usage::default()),
        ] {
            assert_eq!(usage(field), expected, "{field}");
        }
    }

    #[test]
    fn titles_are_shown_and_nothing_else_of_them() {
        for (field, expected) in [
            ("My list", Some("My list")),
            ("base64:TXkgbGlzdA", Some("My list")),
            ("base64:TXkgbGlzdA==", Some("My list")),
            ("base64:!!", None),
            ("<b>x</b>\u{202e}y", Some("<b>x</b>y")),
            ("  ", None),
            ("", None),
        ] {
            assert_eq!(title(field).as_deref(), expected, "{field}");
        }
        assert_eq!(title(&"x".repeat(5000)).unwrap().len(), 100);
    }

    proptest::proptest! {
        #[test]
        fn whatever_a_head_says_is_bounded(
            said in "((upload|download|total|expire|[a-z])?[=;, ]?[0-9.eE+-]{0,25}[;,=]?){0,12}",
            called in "(base64:)?.{0,300}",
        ) {
            let usage = usage(&said);
            let numbers = [usage.used, usage.total, usage.expires_ms];
            assert!(numbers.into_iter().flatten().all(|number| number <= MOST), "{usage:?}");
            assert!(hours(&said).is_none_or(|hours| hours > 0));
            if let Some(title) = title(&called) {
                assert!((1..=100).contains(&title.chars().count()) && !title.contains(char::is_control), "{title:?}");
            }
        }
    }

    #[test]
    fn intervals_are_whole_hours() {
        for (field, expected) in [
            ("12", Some(12)),
            (" 0.5 ", Some(1)),
            ("0", None),
            ("-3", None),
            ("x", None),
            ("NaN", None),
            ("1e99", Some(u32::MAX)),
        ] {
            assert_eq!(hours(field), expected, "{field}");
        }
    }
}
