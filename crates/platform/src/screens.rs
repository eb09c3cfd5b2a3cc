//! Pictures of all screens: for what is shown on them, such as a QR code in another program's window.
//!
//! What is on a screen is the user's own. The pictures are wiped when dropped, `Debug` shows none, and a file that a
//! desktop makes of them on the way is removed.

use std::fmt;
use std::time::Duration;

use thiserror::Error;
use zeroize::Zeroizing;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;
#[cfg(target_os = "linux")]
mod portal;
#[cfg(target_os = "linux")]
mod shades;
#[cfg(target_os = "linux")]
mod x11;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(not(target_os = "linux"))]
use other as system;

/// Why there are no pictures.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScreensError {
    /// There is no screen, or no way to look at it on this desktop.
    #[error("there is no way to look at the screen here")]
    Unavailable,
    /// The user, or the desktop in the user's name, has said no.
    #[error("looking at the screen was not allowed")]
    Refused,
    /// Nobody has answered.
    #[error("the desktop gave no answer")]
    TimedOut,
    /// It went wrong.
    #[error("the screen could not be looked at: {0}")]
    Failed(String),
}

#[cfg(target_os = "linux")]
impl ScreensError {
    fn failed(error: impl fmt::Display) -> ScreensError {
        ScreensError::Failed(error.to_string())
    }
}

/// What is to be seen on a screen, or on several side by side, in the pixels that it really has.
pub enum Picture {
    /// A file of a picture.
    File(Zeroizing<Vec<u8>>),
    /// How light each pixel is, row by row from the top.
    Gray {
        /// In pixels.
        width: usize,
        /// In pixels.
        height: usize,
        /// `width * height` of them; 0 is black.
        pixels: Zeroizing<Vec<u8>>,
    },
}

impl Picture {
    /// Without its colours, on white where it is transparent. `None` when there are more or fewer pixels than it says.
    #[must_use]
    pub fn of_rgba(width: usize, height: usize, pixels: &[u8]) -> Option<Picture> {
        if width.checked_mul(height)?.checked_mul(4)? != pixels.len() {
            return None;
        }
        let shade = |pixel: &[u8]| {
            let [red, green, blue, alpha] = [0, 1, 2, 3].map(|at| u32::from(pixel[at]));
            on_white(luma(red, green, blue), alpha)
        };
        let pixels = Zeroizing::new(pixels.chunks_exact(4).map(shade).collect());
        Some(Picture::Gray { width, height, pixels })
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Picture::File(bytes) => write!(f, "File({} bytes)", bytes.len()),
            Picture::Gray { width, height, .. } => write!(f, "Gray({width} × {height})"),
        }
    }
}

/// How light a colour is, by the weights of BT.601 in 1/256.
fn luma(red: u32, green: u32, blue: u32) -> u32 {
    (77 * red + 150 * green + 29 * blue) >> 8
}

fn on_white(luma: u32, alpha: u32) -> u8 {
    u8::try_from((luma * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
}

/// All screens of some place.
#[derive(Debug, Clone)]
pub struct Screens {
    place: Place,
    patience: Duration,
}

/// Where the screens are.
#[derive(Debug, Clone)]
enum Place {
    Session,
    #[cfg(target_os = "linux")]
    X11(String),
    #[cfg(target_os = "linux")]
    Portal(String),
}

impl Screens {
    /// Whether this system has a way to look at them. Its desktop may lack it all the same.
    pub const CAN_BE_SEEN: bool = cfg!(target_os = "linux");

    /// Those of this session.
    #[must_use]
    pub fn of_this_session() -> Screens {
        Screens::at(Place::Session)
    }

    /// Those of the X server of this name.
    #[cfg(target_os = "linux")]
    #[must_use]
    pub fn of_x11(display: &str) -> Screens {
        Screens::at(Place::X11(display.to_owned()))
    }

    /// Those that the portal on the session bus at this address shows.
    #[cfg(target_os = "linux")]
    #[must_use]
    pub fn of_portal(bus: &str) -> Screens {
        Screens::at(Place::Portal(bus.to_owned()))
    }

    fn at(place: Place) -> Screens {
        /// A desktop may ask its user first, who takes a while to read what is asked.
        const PATIENCE: Duration = Duration::from_secs(60);
        Screens { place, patience: PATIENCE }
    }

    /// The same, with another bound on how long the pictures are waited for.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Screens {
        Screens { patience, ..self }
    }

    /// A picture of each screen, or one of all of them.
    ///
    /// # Errors
    /// See [`ScreensError`].
    pub async fn pictures(&self) -> Result<Vec<Picture>, ScreensError> {
        let pictures = tokio::time::timeout(self.patience, system::pictures(&self.place)).await;
        pictures.unwrap_or(Err(ScreensError::TimedOut))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_become_shades_on_white_and_a_picture_of_another_size_is_none() {
        let pixels = [255, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255];
        let Some(Picture::Gray { width: 2, height: 2, pixels: shades }) = Picture::of_rgba(2, 2, &pixels) else {
            panic!("there are as many as it says")
        };
        assert_eq!(*shades, [76, 255, 0, 255]);
        for (width, height) in [(2, 1), (2, 3), (0, 2), (usize::MAX, 2), (1 << 40, 1 << 40)] {
            assert!(Picture::of_rgba(width, height, &pixels).is_none(), "{width} × {height}");
        }
        assert!(Picture::of_rgba(0, 0, &[]).is_some());
    }

    #[test]
    fn nothing_of_a_picture_is_shown_to_who_debugs() {
        let gray = Picture::of_rgba(1, 1, &[9, 9, 9, 255]).unwrap();
        assert_eq!(format!("{gray:?} {:?}", Picture::File(vec![9].into())), "Gray(1 × 1) File(1 bytes)");
    }
}
