//! Each desktop has a program of its own for this, and no standard names it.

use super::Opener;

const GNOME: Opener = ("gnome-control-center", &["datetime"]);
/// Since GNOME 47 the panel is part of another one.
const GNOME_SYSTEM: Opener = ("gnome-control-center", &["system", "datetime"]);
const PLASMA_6: Opener = ("kcmshell6", &["kcm_clock"]);
const PLASMA_5: Opener = ("kcmshell5", &["kcm_clock"]);
const CINNAMON: Opener = ("cinnamon-settings", &["calendar"]);
const MATE: Opener = ("mate-time-admin", &[]);
const TIME_ADMIN: Opener = ("time-admin", &[]);

/// Those of the desktop that says this of itself (`XDG_CURRENT_DESKTOP`, names with colons between them), before the rest.
pub(super) fn openers(desktop: &str) -> Vec<Opener> {
    let is = |name: &str| desktop.split(':').any(|said| said.eq_ignore_ascii_case(name));
    let own: &[Opener] = if is("KDE") {
        &[PLASMA_6, PLASMA_5]
    } else if is("X-Cinnamon") || is("Cinnamon") {
        &[CINNAMON]
    } else if is("MATE") {
        &[MATE]
    } else {
        &[]
    };
    // GNOME's opens its overview where it does not know the panel's name.
    let rest = [GNOME, PLASMA_6, PLASMA_5, CINNAMON, MATE, TIME_ADMIN];
    let gnome_47 = is("GNOME").then_some(GNOME_SYSTEM);
    let mut openers: Vec<Opener> = own.to_vec();
    openers.extend(gnome_47);
    openers.extend(rest.into_iter().filter(|opener| !own.contains(opener)));
    openers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_desktops_own_program_comes_first_and_each_is_tried_once() {
        for (desktop, first) in [
            ("KDE", PLASMA_6),
            ("ubuntu:GNOME", GNOME_SYSTEM),
            ("X-Cinnamon", CINNAMON),
            ("mate", MATE),
            ("sway", GNOME),
            ("", GNOME),
        ] {
            let openers = openers(desktop);
            assert_eq!(openers[0], first, "{desktop}");
            assert!(openers.contains(&TIME_ADMIN), "{desktop}");
            for (at, opener) in openers.iter().enumerate() {
                assert!(!openers[..at].contains(opener), "{desktop}: {opener:?} twice");
            }
        }
    }
}
