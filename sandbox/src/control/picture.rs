//! Reads the two picture formats that screens are sent in.

use std::io::Read as _;

/// The largest width and height.
const LARGEST: usize = 8192;

/// A picture in shades of grey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Grey {
    pub(super) width: usize,
    pub(super) height: usize,
    shades: Vec<u8>,
}

impl Grey {
    /// The shade of a pixel; white outside of the picture.
    pub(super) fn at(&self, x: usize, y: usize) -> u8 {
        self.shades.get(y * self.width + x).copied().unwrap_or(255)
    }
}

/// Reads a PGM or a PNG.
pub(super) fn read(bytes: &[u8]) -> Option<Grey> {
    pgm(bytes).or_else(|| png(bytes))
}

/// Source: netpbm, pgm(5): `P5`, width, height, 255, one white space, shades.
fn pgm(bytes: &[u8]) -> Option<Grey> {
    let mut rest = bytes.strip_prefix(b"P5")?;
    let mut numbers = [0_usize; 3];
    for number in &mut numbers {
        rest = rest.trim_ascii_start();
        let end = rest.iter().position(|b| !b.is_ascii_digit())?;
        *number = std::str::from_utf8(rest.get(..end)?).ok()?.parse().ok()?;
        rest = rest.get(end..)?;
    }
    let [width, height, 255] = numbers else {
        return None;
    };
    let size = checked_size(width, height)?;
    let shades = rest.get(1..)?.get(..size)?.to_vec();
    Some(Grey {
        width,
        height,
        shades,
    })
}

fn checked_size(width: usize, height: usize) -> Option<usize> {
    let fits = (1..=LARGEST).contains(&width) && (1..=LARGEST).contains(&height);
    fits.then(|| width * height)
}

/// Source: PNG specification, 5 and 9: 8 bits a channel, no interlacing, no
/// palette, which is what screenshots are made of.
fn png(bytes: &[u8]) -> Option<Grey> {
    let mut rest = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let mut header = None;
    let mut packed = Vec::new();
    while let Some((kind, data, next)) = chunk(rest) {
        match kind {
            b"IHDR" => header = Some(data),
            b"IDAT" => packed.extend_from_slice(data),
            _ => {}
        }
        rest = next;
    }
    let header = header?;
    let number = |at: usize| {
        let bytes = header.get(at..at + 4)?.try_into().ok()?;
        usize::try_from(u32::from_be_bytes(bytes)).ok()
    };
    let (width, height) = (number(0)?, number(4)?);
    let channels = match *header.get(8..13)? {
        [8, 0, 0, 0, 0] => 1,
        [8, 4, 0, 0, 0] => 2,
        [8, 2, 0, 0, 0] => 3,
        [8, 6, 0, 0, 0] => 4,
        _ => return None,
    };
    let size = checked_size(width, height)?;
    let raw = inflate(&packed, size * channels + height)?;
    let pixels = unfilter(&raw, width * channels, channels)?;
    Some(Grey {
        width,
        height,
        shades: pixels.chunks_exact(channels).map(shade).collect(),
    })
}

fn chunk(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let length = u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?);
    let end = usize::try_from(length).ok()?.checked_add(8)?;
    Some((bytes.get(4..8)?, bytes.get(8..end)?, bytes.get(end + 4..)?))
}

fn inflate(packed: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut raw = Vec::new();
    let limit = u64::try_from(size).ok()?;
    flate2::read::ZlibDecoder::new(packed)
        .take(limit)
        .read_to_end(&mut raw)
        .ok()?;
    (raw.len() == size).then_some(raw)
}

/// Undoes the filter of each line: it stored differences to its neighbours.
fn unfilter(raw: &[u8], line_bytes: usize, channels: usize) -> Option<Vec<u8>> {
    let mut above = vec![0; line_bytes];
    let mut pixels = Vec::with_capacity(raw.len());
    for stored in raw.chunks_exact(line_bytes + 1) {
        let (filter, stored) = stored.split_first()?;
        let mut line: Vec<u8> = Vec::with_capacity(line_bytes);
        for (at, value) in stored.iter().enumerate() {
            let left = at.checked_sub(channels).map_or(0, |left| line[left]);
            let corner = at.checked_sub(channels).map_or(0, |left| above[left]);
            let up = above[at];
            let guess = match filter {
                0 => 0,
                1 => left,
                2 => up,
                3 => left.midpoint(up),
                4 => paeth(left, up, corner),
                _ => return None,
            };
            line.push(value.wrapping_add(guess));
        }
        pixels.extend_from_slice(&line);
        above = line;
    }
    Some(pixels)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let estimate = i16::from(left) + i16::from(up) - i16::from(corner);
    let distance = |value: u8| (estimate - i16::from(value)).abs();
    if distance(left) <= distance(up) && distance(left) <= distance(corner) {
        left
    } else if distance(up) <= distance(corner) {
        up
    } else {
        corner
    }
}

/// One pixel as grey, on a white ground where it is transparent.
fn shade(pixel: &[u8]) -> u8 {
    let (grey, opacity) = match *pixel {
        [grey] => (u32::from(grey), 255),
        [grey, opacity] => (u32::from(grey), u32::from(opacity)),
        [red, green, blue] => (luma(red, green, blue), 255),
        [red, green, blue, opacity] => (luma(red, green, blue), u32::from(opacity)),
        _ => (255, 255),
    };
    u8::try_from((grey * opacity + 255 * (255 - opacity)) / 255).unwrap_or(255)
}

/// Source: ITU-R BT.601.
fn luma(red: u8, green: u8, blue: u8) -> u32 {
    (299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue)) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greymap_is_read() {
        let grey = read(b"P5 2 1 255\n\x00\xff").unwrap();
        assert_eq!((grey.width, grey.height), (2, 1));
        assert_eq!((grey.at(0, 0), grey.at(1, 0)), (0, 255));
    }

    #[test]
    fn a_cut_or_huge_greymap_is_refused() {
        assert_eq!(read(b"P5 2 2 255\n\x00\xff"), None);
        assert_eq!(read(b"P5 99999 99999 255\n"), None);
        assert_eq!(read(b"GIF89a"), None);
    }
}
