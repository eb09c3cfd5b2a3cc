//! `Shades`: how light a pixel of an X server is.

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt as _, Screen, VisualClass, Visualtype};

use super::{ScreensError, luma};

/// What a pixel's number says.
pub(super) enum Shades {
    /// Its bits are red, green and blue.
    Masks([u32; 3]),
    /// It is a place in a table. What a window with a table of its own shows comes out in wrong shades.
    Table(Vec<u8>),
}

impl Shades {
    /// Those of a visual of this screen.
    pub(super) fn of(
        connection: &impl Connection,
        screen: &Screen,
        depth: u8,
        visual: u32,
    ) -> Result<Shades, ScreensError> {
        let mut all = screen.allowed_depths.iter().flat_map(|depth| &depth.visuals);
        let visual = all.find(|found| found.visual_id == visual).ok_or(ScreensError::Unavailable)?;
        let Visualtype { class, red_mask, green_mask, blue_mask, .. } = *visual;
        let masks = [red_mask, green_mask, blue_mask];
        if matches!(class, VisualClass::TRUE_COLOR | VisualClass::DIRECT_COLOR) && !masks.contains(&0) {
            return Ok(Shades::Masks(masks));
        }
        if depth > 8 {
            return Err(ScreensError::Unavailable);
        }
        let table: Vec<u32> = (0..1 << depth).collect();
        let asked = connection.query_colors(screen.default_colormap, &table).map_err(ScreensError::failed)?;
        let colors = asked.reply().map_err(ScreensError::failed)?.colors;
        let shade = |value: u16| u32::from(value >> 8);
        let shades = colors.iter().map(|color| luma(shade(color.red), shade(color.green), shade(color.blue)));
        Ok(Shades::Table(shades.map(|shade| u8::try_from(shade).unwrap_or(u8::MAX)).collect()))
    }

    /// How light this one is.
    pub(super) fn of_pixel(&self, pixel: u32) -> u8 {
        let masks = match self {
            Shades::Masks(masks) => masks,
            Shades::Table(table) => return table.get(pixel as usize).copied().unwrap_or(0),
        };
        let [red, green, blue] = masks.map(|mask| {
            let most = u64::from(mask >> mask.trailing_zeros());
            let value = u64::from((pixel & mask) >> mask.trailing_zeros()) * 255 / most;
            u32::try_from(value).unwrap_or(255)
        });
        u8::try_from(luma(red, green, blue)).unwrap_or(u8::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pixel_is_as_light_as_it_looks_in_every_layout() {
        for (pixel, masks, expected) in [
            (0x00ff_ffff, [0x00ff_0000, 0xff00, 0xff], 255),
            (0xff00_0000, [0x00ff_0000, 0xff00, 0xff], 0),
            (0x0000_ff00, [0x00ff_0000, 0xff00, 0xff], 149),
            (0xffff, [0xf800, 0x07e0, 0x1f], 255),
            (0x3fff_ffff, [0x3ff0_0000, 0x000f_fc00, 0x3ff], 255),
            (0xffff_ffff, [0xffff_ffff, 0xffff_ffff, 0xffff_ffff], 255),
            (0, [0xf800, 0x07e0, 0x1f], 0),
        ] {
            assert_eq!(Shades::Masks(masks).of_pixel(pixel), expected, "{pixel:x} {masks:x?}");
        }
        let table = Shades::Table(vec![0, 255, 7]);
        assert_eq!([0, 1, 2, 3, u32::MAX].map(|pixel| table.of_pixel(pixel)), [0, 255, 7, 0, 0]);
    }
}
