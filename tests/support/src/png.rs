//! The pixels of a screenshot.

use std::io::Read;

use anyhow::{Context, Result, bail, ensure};
use flate2::read::ZlibDecoder;

/// The first eight bytes of every PNG file (PNG specification, 5.2).
const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A];

/// A picture as brightness values, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Greyscale {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// 0 is black, 255 is white.
    pub pixels: Vec<u8>,
}

/// Reads the PNG files that browsers write: 8 bits a channel, RGB or RGBA,
/// not interlaced. Others are refused.
///
/// # Errors
/// If it is no such file.
pub fn decode(file: &[u8]) -> Result<Greyscale> {
    let mut rest = file.strip_prefix(&SIGNATURE).context("not a PNG file")?;
    let mut header = None;
    let mut compressed = Vec::new();
    loop {
        let (kind, data, next) = chunk(rest)?;
        rest = next;
        match &kind {
            b"IHDR" => header = Some(Header::read(data)?),
            b"IDAT" => compressed.extend_from_slice(data),
            b"IEND" => break,
            _ => {}
        }
    }
    let header = header.context("no header")?;
    let mut filtered = Vec::new();
    ZlibDecoder::new(&compressed[..]).read_to_end(&mut filtered)?;
    Ok(header.greyscale(&header.unfilter(&filtered)?))
}

type Chunk<'a> = ([u8; 4], &'a [u8], &'a [u8]);

/// Splits off the first chunk: length, kind, data, checksum.
fn chunk(bytes: &[u8]) -> Result<Chunk<'_>> {
    let (length, rest) = bytes.split_first_chunk::<4>().context("no chunk")?;
    let length = usize::try_from(u32::from_be_bytes(*length))?;
    let (kind, rest) = rest.split_first_chunk::<4>().context("no chunk")?;
    ensure!(rest.len() >= length + 4, "a chunk is cut off");
    Ok((*kind, &rest[..length], &rest[length + 4..]))
}

struct Header {
    width: usize,
    height: usize,
    channels: usize,
}

impl Header {
    fn read(data: &[u8]) -> Result<Self> {
        let &[
            w0,
            w1,
            w2,
            w3,
            h0,
            h1,
            h2,
            h3,
            depth,
            colour,
            _,
            _,
            interlace,
        ] = data
        else {
            bail!("a header of {} bytes", data.len());
        };
        ensure!(
            depth == 8 && interlace == 0,
            "depth {depth}, interlace {interlace}"
        );
        let channels = match colour {
            2 => 3,
            6 => 4,
            other => bail!("colour type {other}"),
        };
        Ok(Self {
            width: usize::try_from(u32::from_be_bytes([w0, w1, w2, w3]))?,
            height: usize::try_from(u32::from_be_bytes([h0, h1, h2, h3]))?,
            channels,
        })
    }

    /// Undoes the filter of every row (PNG specification, 9.2).
    fn unfilter(&self, filtered: &[u8]) -> Result<Vec<u8>> {
        let stride = self.width * self.channels;
        ensure!(
            filtered.len() == (stride + 1) * self.height,
            "rows are missing"
        );
        let mut plain: Vec<u8> = Vec::with_capacity(stride * self.height);
        for row in filtered.chunks_exact(stride + 1) {
            let start = plain.len();
            for (at, &byte) in row[1..].iter().enumerate() {
                let left = (at >= self.channels).then(|| plain[start + at - self.channels]);
                let up = (start > 0).then(|| plain[start + at - stride]);
                let corner = (start > 0 && at >= self.channels)
                    .then(|| plain[start + at - stride - self.channels]);
                let (left, up) = (left.unwrap_or(0), up.unwrap_or(0));
                let predicted = match row[0] {
                    0 => 0,
                    1 => left,
                    2 => up,
                    3 => left.midpoint(up),
                    4 => paeth(left, up, corner.unwrap_or(0)),
                    other => bail!("filter {other}"),
                };
                plain.push(byte.wrapping_add(predicted));
            }
        }
        Ok(plain)
    }

    fn greyscale(&self, plain: &[u8]) -> Greyscale {
        let pixels = plain
            .chunks_exact(self.channels)
            .map(|pixel| {
                let sum: u16 = pixel[..3].iter().copied().map(u16::from).sum();
                u8::try_from(sum / 3).unwrap_or(u8::MAX)
            })
            .collect();
        Greyscale {
            width: self.width,
            height: self.height,
            pixels,
        }
    }
}

/// Whichever neighbour is nearest to left + up - corner (PNG specification, 9.4).
fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let estimate = i16::from(left) + i16::from(up) - i16::from(corner);
    let distance = |of: u8| (estimate - i16::from(of)).abs();
    if distance(left) <= distance(up) && distance(left) <= distance(corner) {
        left
    } else if distance(up) <= distance(corner) {
        up
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    fn file(colour: u8, width: u32, height: u32, rows: &[u8]) -> Vec<u8> {
        let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
        header.extend([8, colour, 0, 0, 0]);
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(rows).unwrap();
        let data = encoder.finish().unwrap();
        let mut file = SIGNATURE.to_vec();
        for (kind, data) in [(b"IHDR", header), (b"IDAT", data), (b"IEND", Vec::new())] {
            file.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
            file.extend(kind);
            file.extend(data);
            file.extend([0; 4]);
        }
        file
    }

    #[test]
    fn every_filter_is_undone() {
        // The same two grey pixels, 10 and 30, in each row.
        let rows = [
            [0, 10, 10, 10, 30, 30, 30],
            [1, 10, 10, 10, 20, 20, 20],
            [2, 0, 0, 0, 0, 0, 0],
            [3, 5, 5, 5, 10, 10, 10],
            [4, 0, 0, 0, 0, 0, 0],
        ]
        .concat();
        let picture = decode(&file(2, 2, 5, &rows)).unwrap();
        assert_eq!(picture.pixels, [10, 30].repeat(5));
    }

    #[test]
    fn what_browsers_do_not_write_is_refused() {
        assert!(decode(b"GIF89a").is_err());
        assert!(decode(&file(3, 1, 1, &[0, 1])).is_err());
        assert!(decode(&file(6, 2, 2, &[0, 1, 2, 3, 4])).is_err());
        assert!(decode(&file(2, 1, 1, &[9, 1, 2, 3])).is_err());
    }
}
