//! The Settings app, by its address, which Explorer hands on.

use super::Opener;

pub(super) fn openers() -> Vec<Opener> {
    vec![("explorer.exe", &["ms-settings:dateandtime"])]
}
