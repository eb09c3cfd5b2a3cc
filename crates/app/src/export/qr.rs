//! QR codes of links: for a screen as SVG, for a file as PNG, for a terminal as text.

use std::io::Cursor;

use fast_qr::convert::Builder as _;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::{ECL, QRBuilder, QRCode};
use image::{GrayImage, ImageFormat, Luma};
use thiserror::Error;

/// The light modules around a code, as its standard wants them.
const MARGIN: usize = 4;
/// Pixels for each module of a picture.
const SCALE: usize = 8;

/// No QR code holds so much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the link is too long for a QR code")]
pub struct TooLong;

/// With as much redundancy as is usual for screens, or less when only that fits.
fn code(text: &str) -> Result<QRCode, TooLong> {
    let levels = [ECL::M, ECL::L];
    levels.into_iter().find_map(|level| QRBuilder::new(text).ecl(level).build().ok()).ok_or(TooLong)
}

/// The code as an SVG document.
///
/// # Errors
/// When the text is too long.
pub fn qr_svg(text: &str) -> Result<String, TooLong> {
    Ok(SvgBuilder::default().margin(MARGIN).to_str(&code(text)?))
}

/// The code as a PNG file.
///
/// # Errors
/// When the text is too long.
pub fn qr_png(text: &str) -> Result<Vec<u8>, TooLong> {
    let code = code(text)?;
    let side = u32::try_from((code.size + 2 * MARGIN) * SCALE).map_err(|_| TooLong)?;
    let picture = GrayImage::from_fn(side, side, |x, y| {
        let module = |at: u32| (at as usize / SCALE).checked_sub(MARGIN).filter(|at| *at < code.size);
        let dark = module(x).zip(module(y)).is_some_and(|(x, y)| code[y][x].value());
        Luma([if dark { 0 } else { 255 }])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("memory can be written, and the picture is no larger than any PNG");
    Ok(bytes.into_inner())
}

/// The code in lines of half blocks, light on the dark of most terminals; phones read it on a light one too.
///
/// # Errors
/// When the text is too long.
pub fn qr_text(text: &str) -> Result<String, TooLong> {
    let code = code(text)?;
    let side = code.size + 2 * MARGIN;
    let light = |x: usize, y: usize| {
        let module = |at: usize| at.checked_sub(MARGIN).filter(|at| *at < code.size);
        y < side && !module(x).zip(module(y)).is_some_and(|(x, y)| code[y][x].value())
    };
    let mut lines = String::new();
    for y in (0..side).step_by(2) {
        for x in 0..side {
            lines.push(match (light(x, y), light(x, y + 1)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        lines.push('\n');
    }
    Ok(lines)
}
