//! Systems on which nothing looks at the screen yet. A picture that the user takes of it can be pasted.

use super::{Picture, Place, ScreensError};

pub(super) async fn pictures(_: &Place) -> Result<Vec<Picture>, ScreensError> {
    Err(ScreensError::Unavailable)
}
