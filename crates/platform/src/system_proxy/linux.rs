//! Which of the desktops of Linux this is.

use super::SystemProxy;
use super::both::Both;
use super::gnome::Gnome;
use super::kde::Kde;

/// In a Plasma session Plasma's setting, and GNOME's with it where it can be stored: programs made with GTK, and browsers
/// in a container, read that one. Elsewhere GNOME's, which the other desktops read too.
pub(super) fn here() -> Option<Box<dyn SystemProxy>> {
    let gnome = Gnome::detect();
    match Kde::detect() {
        None => gnome.map(boxed),
        Some(kde) => match gnome.filter(|_| Gnome.read().is_ok()) {
            Some(gnome) => Some(boxed(Both::new(kde, gnome))),
            None => Some(boxed(kde)),
        },
    }
}

/// The desktop that a journal names, whatever session this is: its settings are the user's in each.
pub(super) fn named(name: &str) -> Option<Box<dyn SystemProxy>> {
    match name {
        "gnome" => Gnome::detect().map(boxed),
        "kde" => Kde::of_this_user().map(boxed),
        Both::NAME => Some(boxed(Both::new(Kde::of_this_user()?, Gnome::detect()?))),
        _ => None,
    }
}

fn boxed(proxy: impl SystemProxy + 'static) -> Box<dyn SystemProxy> {
    Box::new(proxy)
}
