//! How much work the reader of QR codes would have with a picture. It tries every three corners that may belong together on a
//! copy of the whole picture, and fills regions anew that it has not kept; a small picture full of corners, which anybody
//! can make, would keep it for hours.

use std::collections::HashSet;

/// A stretch of black in a row: its columns, and which other stretch it is connected to, or itself.
struct Stretch {
    start: usize,
    end: usize,
    parent: usize,
    /// Of the whole region, where it is its own parent.
    pixels: usize,
}

/// Nanoseconds, as an order of magnitude: to fill a pixel of a region, and to copy one of the picture.
const FILL: f64 = 10.0;
const COPY: f64 = 0.3;
/// How many regions the reader (rqrr 0.11) keeps filled.
const KEPT: f64 = 250.0;
/// More stretches than this are noise, and take memory.
const MAX_STRETCHES: usize = 4_000_000;

/// About how many nanoseconds the reader needs at the most; infinite where it is not worth counting.
pub(super) fn work(width: usize, height: usize, black: impl Fn(usize, usize) -> bool) -> f64 {
    let Some((stretches, rows)) = stretches(width, height, black) else { return f64::INFINITY };
    let (mut corners, mut touched) = (HashSet::new(), HashSet::new());
    for row in rows.windows(2) {
        for start in row[0]..row[1].saturating_sub(2) {
            let [left, stone, right] = [start, start + 1, start + 2].map(|at| root(&stretches, at));
            if !is_corner(&stretches[start..start + 3]) {
                continue;
            }
            touched.extend([stone, right]);
            let share = stretches[stone].pixels * 100 / stretches[right].pixels;
            if left == right && stone != right && (10..=70).contains(&share) {
                corners.insert(right);
            }
        }
    }
    let filled: usize = touched.iter().map(|region| stretches[*region].pixels).sum();
    let fills = 2.0 * filled as f64 * (1.0 + touched.len() as f64 / KEPT);
    // So many threes there are if a third of the corners can belong to each of the two others.
    let threes = (corners.len() as f64).powi(3) / 27.0;
    FILL * fills + COPY * threes * (width * height) as f64
}

/// Whether three stretches and the two gaps between them are as wide as 1:1:3:1:1, as roughly as the reader takes it
/// (rqrr 0.11, detect.rs).
fn is_corner(three: &[Stretch]) -> bool {
    let [left, stone, right] = three else { return false };
    let widths = [
        left.end - left.start,
        stone.start - left.end,
        stone.end - stone.start,
        right.start - stone.end,
        right.end - right.start,
    ];
    let unit = (widths[0] + widths[1] + widths[3] + widths[4]) / 4;
    let off = unit * 3 / 4;
    widths.iter().zip([1, 1, 3, 1, 1]).all(|(width, units)| width.abs_diff(units * unit) <= off)
}

/// All stretches, with their regions known, and where each row of them begins and the last one ends.
fn stretches(width: usize, height: usize, black: impl Fn(usize, usize) -> bool) -> Option<(Vec<Stretch>, Vec<usize>)> {
    let (mut all, mut rows): (Vec<Stretch>, _) = (Vec::new(), vec![0]);
    for y in 0..height {
        let above = rows[rows.len().saturating_sub(2)]..*rows.last()?;
        let (mut x, mut over) = (0, above.start);
        while x < width {
            if !black(x, y) {
                x += 1;
                continue;
            }
            let start = x;
            while x < width && black(x, y) {
                x += 1;
            }
            let at = all.len();
            all.push(Stretch { start, end: x, parent: at, pixels: x - start });
            // What ends left of this one touches none further right either.
            while over < above.end && all[over].end <= start {
                over += 1;
            }
            let mut touching = over;
            while touching < above.end && all[touching].start < x {
                join(&mut all, touching, at);
                touching += 1;
            }
        }
        if all.len() > MAX_STRETCHES {
            return None;
        }
        rows.push(all.len());
    }
    Some((all, rows))
}

fn root(stretches: &[Stretch], mut at: usize) -> usize {
    while stretches[at].parent != at {
        at = stretches[at].parent;
    }
    at
}

/// The smaller region becomes part of the larger, so that the way to the root stays short.
fn join(stretches: &mut [Stretch], one: usize, other: usize) {
    let (one, other) = (root(stretches, one), root(stretches, other));
    if one == other {
        return;
    }
    let (small, large) = if stretches[one].pixels < stretches[other].pixels { (one, other) } else { (other, one) };
    stretches[small].parent = large;
    stretches[large].pixels += stretches[small].pixels;
}

#[cfg(test)]
mod tests {
    use super::*;

    const CORNER: [&str; 7] = ["#######", "#     #", "# ### #", "# ### #", "# ### #", "#     #", "#######"];

    /// So many corners in each direction, with modules of so many pixels.
    fn corners(count: usize, module: usize) -> f64 {
        let side = count * 9 * module;
        work(side, side, |x, y| {
            let row = CORNER.get(y / module % 9).unwrap_or(&"");
            row.as_bytes().get(x / module % 9) == Some(&b'#')
        })
    }

    #[test]
    fn regions_are_connected_up_and_down_and_not_across() {
        let picture = ["# # #", "# ###", "#   #", "#####", "     ", "#    "];
        let (stretches, rows) = stretches(5, 6, |x, y| picture[y].as_bytes()[x] == b'#').unwrap();
        assert_eq!(rows, [0, 3, 5, 7, 8, 8, 9]);
        let roots: HashSet<_> = (0..stretches.len()).map(|at| root(&stretches, at)).collect();
        let mut sizes: Vec<_> = roots.iter().map(|root| stretches[*root].pixels).collect();
        sizes.sort_unstable();
        assert_eq!(sizes, [1, 14]);
    }

    #[test]
    fn work_grows_with_the_third_power_of_the_corners() {
        let (few, many) = (corners(2, 10), corners(20, 1));
        assert!(few < 1e9, "{few}");
        assert!(many > 1e10, "{many}");
    }

    #[test]
    fn what_is_empty_or_full_is_no_work() {
        for black in [false, true] {
            for (width, height) in [(0, 0), (1, 1), (2, 1), (1, 2), (300, 200)] {
                assert_eq!(work(width, height, |_, _| black), 0.0);
            }
        }
    }

    #[test]
    fn noise_is_much_work() {
        // Every other pixel, as a linear congruential generator throws them.
        let mut state = 1_u32;
        let side = 4000;
        let noise: Vec<bool> = (0..side * side)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state >> 31 == 1
            })
            .collect();
        let work = work(side, side, |x, y| noise[y * side + x]);
        assert!(work > 1e10, "{work}");
    }
}
