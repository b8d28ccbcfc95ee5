//! Pictures that browsers show, whatever their files are called.

use std::fs;
use std::path::Path;

const WIDTH: u32 = 320;
const HEIGHT: u32 = 240;

/// Puts a picture, with colours that follow from its name.
pub(crate) fn put(path: &Path) {
    let name = path.file_name().unwrap().to_string_lossy();
    let seed = name.bytes().fold(7_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(byte.into())
    });
    fs::write(path, bitmap(seed)).unwrap();
}

fn bitmap(seed: u32) -> Vec<u8> {
    let size = WIDTH * HEIGHT * 3;
    let mut file = Vec::from(*b"BM");
    for number in [
        54 + size,
        0,
        54,
        40,
        WIDTH,
        HEIGHT,
        1 | 24 << 16,
        0,
        size,
        0,
        0,
        0,
        0,
    ] {
        file.extend(number.to_le_bytes());
    }
    let shade = |by: u32, at: u32, of: u32| {
        let base = 80 + (seed >> by) % 100;
        u8::try_from(base + at * 70 / of).unwrap_or(u8::MAX)
    };
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            file.extend([
                shade(0, y, HEIGHT),
                shade(8, x, WIDTH),
                shade(16, x + y, WIDTH + HEIGHT),
            ]);
        }
    }
    file
}
