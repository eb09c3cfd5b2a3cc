//! Screens of an X server: what its monitors show of the root window, in real pixels.

use std::borrow::Cow;

use x11rb::connection::Connection;
use x11rb::errors::ConnectError;
use x11rb::image::Image;
use x11rb::protocol::randr::ConnectionExt as _;
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat, Screen};
use zeroize::Zeroizing;

use super::shades::Shades;
use super::{Picture, ScreensError};

/// A piece of the root window: where it begins, and its size.
type Piece = (i16, i16, u16, u16);

/// As many pixels are asked for at a time, in whole rows: colours take four times the room of shades.
const AT_ONCE: usize = 4_000_000;

pub(super) fn pictures(display: Option<&str>) -> Result<Vec<Picture>, ScreensError> {
    let (connection, _) = x11rb::connect(display).map_err(|error| match error {
        ConnectError::DisplayParsingError(_) | ConnectError::IoError(_) => ScreensError::Unavailable,
        error => ScreensError::failed(error),
    })?;
    let mut pictures = Vec::new();
    for screen in &connection.setup().roots {
        for piece in pieces(&connection, screen) {
            pictures.push(picture(&connection, screen, piece)?);
        }
    }
    Ok(pictures)
}

/// The monitors; where nobody knows of any, the whole.
fn pieces(connection: &impl Connection, screen: &Screen) -> Vec<Piece> {
    let whole = (0, 0, screen.width_in_pixels, screen.height_in_pixels);
    let monitors = connection.randr_get_monitors(screen.root, true).ok().and_then(|asked| asked.reply().ok());
    let mut pieces: Vec<Piece> = monitors
        .into_iter()
        .flat_map(|found| found.monitors)
        .map(|monitor| (monitor.x, monitor.y, monitor.width, monitor.height))
        // One that is turned off or moved away at this moment is no part of it.
        .filter(|piece| is_within(*piece, whole))
        .collect();
    // Mirrored monitors show the same.
    pieces.sort_unstable();
    pieces.dedup();
    if pieces.is_empty() { vec![whole] } else { pieces }
}

fn is_within((x, y, width, height): Piece, (_, _, wide, high): Piece) -> bool {
    let ends = |at: i16, size: u16, whole: u16| at >= 0 && i32::from(at) + i32::from(size) <= i32::from(whole);
    width > 0 && height > 0 && ends(x, width, wide) && ends(y, height, high)
}

fn picture(
    connection: &impl Connection,
    screen: &Screen,
    (x, y, width, height): Piece,
) -> Result<Picture, ScreensError> {
    let (columns, rows) = (usize::from(width), usize::from(height));
    let at_once = u16::try_from((AT_ONCE / columns).max(1)).unwrap_or(u16::MAX);
    let mut pixels = Zeroizing::new(Vec::with_capacity(columns * rows));
    let mut top = 0;
    while top < height {
        let strip = at_once.min(height - top);
        // No overflow: the piece lies within the screen, which has no more than 32,767 rows that can be named.
        append(connection, screen, (x, y + top.cast_signed(), width, strip), &mut pixels)?;
        top += strip;
    }
    Ok(Picture::Gray { width: columns, height: rows, pixels })
}

fn append(
    connection: &impl Connection,
    screen: &Screen,
    (x, y, width, height): Piece,
    pixels: &mut Vec<u8>,
) -> Result<(), ScreensError> {
    let asked = connection.get_image(ImageFormat::Z_PIXMAP, screen.root, x, y, width, height, !0);
    let reply = asked.map_err(ScreensError::failed)?.reply().map_err(ScreensError::failed)?;
    let data = Zeroizing::new(reply.data);
    let shades = Shades::of(connection, screen, reply.depth, reply.visual)?;
    let setup = connection.setup();
    let format = setup.pixmap_formats.iter().find(|format| format.depth == reply.depth);
    let format = format.ok_or(ScreensError::Unavailable)?;
    let image = Image::new(
        width,
        height,
        format.scanline_pad.try_into().map_err(ScreensError::failed)?,
        reply.depth,
        format.bits_per_pixel.try_into().map_err(ScreensError::failed)?,
        setup.image_byte_order.try_into().map_err(ScreensError::failed)?,
        Cow::Borrowed(&data),
    );
    let image = image.map_err(ScreensError::failed)?;
    for y in 0..height {
        pixels.extend((0..width).map(|x| shades.of_pixel(image.get_pixel(x, y))));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn monitors_that_reach_beyond_the_whole_are_left_out() {
        let whole = (0, 0, 3000, 1000);
        for (piece, within) in [
            ((0, 0, 1920, 1000), true),
            ((1920, 0, 1080, 1000), true),
            ((1920, 0, 1081, 1000), false),
            ((-1, 0, 100, 100), false),
            ((0, 0, 0, 100), false),
            ((i16::MAX, 0, u16::MAX, 1), false),
        ] {
            assert_eq!(is_within(piece, whole), within, "{piece:?}");
        }
    }
}
