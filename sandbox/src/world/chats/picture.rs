//! Pictures that are made up: small JPEG files that every viewer opens.

/// The quantisation of every coefficient: with it a block's first coefficient is
/// its mean.
const QUANTUM: u8 = 8;
/// Code lengths of the table for the first coefficients (ITU-T T.81, K.3).
const DC_LENGTHS: [u8; 16] = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
/// The codes of that table, by the number of bits that follow.
const DC_CODES: [(u32, u8); 9] = [
    (0b00, 2),
    (0b010, 3),
    (0b011, 3),
    (0b100, 3),
    (0b101, 3),
    (0b110, 3),
    (0b1110, 4),
    (0b1_1110, 5),
    (0b11_1110, 6),
];

/// A picture of a gradient whose colours follow from the seed, in blocks of eight
/// pixels.
pub(crate) fn picture(width: u16, height: u16, seed: u64) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    out.extend([0xff, 0xd8]);
    segment(&mut out, 0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    let mut quantums = vec![0];
    quantums.extend([QUANTUM; 64]);
    segment(&mut out, 0xdb, &quantums);
    let [h1, h2] = height.to_be_bytes();
    let [w1, w2] = width.to_be_bytes();
    let frame = [8, h1, h2, w1, w2, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0];
    segment(&mut out, 0xc0, &frame);
    let mut dc = vec![0x00];
    dc.extend(DC_LENGTHS);
    dc.extend(0..=11);
    segment(&mut out, 0xc4, &dc);
    // All other coefficients are zero: one code says that the block ends.
    let mut ac = vec![0x10, 1];
    ac.extend([0; 15]);
    ac.push(0);
    segment(&mut out, 0xc4, &ac);
    segment(&mut out, 0xda, &[3, 1, 0, 2, 0, 3, 0, 0, 63, 0]);
    scan(&mut out, (width, height), seed);
    out.extend([0xff, 0xd9]);
    out
}

fn segment(out: &mut Vec<u8>, marker: u8, content: &[u8]) {
    out.extend([0xff, marker]);
    let length = u16::try_from(content.len() + 2).unwrap_or(u16::MAX);
    out.extend(length.to_be_bytes());
    out.extend(content);
}

/// The blocks of the picture, row by row, all three colour components of each.
fn scan(out: &mut Vec<u8>, (width, height): (u16, u16), seed: u64) {
    let [columns, rows] = [width, height].map(|pixels| i64::from(pixels.div_ceil(8)));
    let mut bits = Bits::default();
    let mut last = [0; 3];
    let tone = |index: u32| i64::from(seed.rotate_left(index * 8).to_le_bytes()[0]);
    for row in 0..rows {
        for column in 0..columns {
            let slope = |from: i64, to: i64, at: i64, of: i64| from + (to - from) * at / of.max(1);
            let colours = [
                slope(tone(0) / 2 + 60, tone(1) / 2 + 90, row, rows) - 128,
                slope(tone(2), tone(3), column, columns) - 128,
                slope(tone(4), tone(5), row + column, rows + columns) - 128,
            ];
            for (component, colour) in colours.into_iter().enumerate() {
                bits.difference(out, colour - last[component]);
                last[component] = colour;
                bits.put(out, 0, 1);
            }
        }
    }
    bits.end(out);
}

/// Bits on their way into bytes.
#[derive(Default)]
struct Bits {
    waiting: u32,
    count: u8,
}

impl Bits {
    /// A first coefficient, as its difference from the one before.
    fn difference(&mut self, out: &mut Vec<u8>, value: i64) {
        let magnitude = value.unsigned_abs();
        let size = u8::try_from(64 - magnitude.leading_zeros()).unwrap_or(0);
        let (code, length) = DC_CODES[usize::from(size).min(DC_CODES.len() - 1)];
        self.put(out, code, length);
        if size > 0 {
            let ones = (1i64 << size) - 1;
            let bits = if value < 0 { value + ones } else { value };
            self.put(out, u32::try_from(bits).unwrap_or(0), size);
        }
    }

    fn put(&mut self, out: &mut Vec<u8>, bits: u32, length: u8) {
        self.waiting = (self.waiting << length) | bits;
        self.count += length;
        while self.count >= 8 {
            self.count -= 8;
            let [.., byte] = (self.waiting >> self.count).to_be_bytes();
            out.push(byte);
            if byte == 0xff {
                out.push(0);
            }
            self.waiting &= (1 << self.count) - 1;
        }
    }

    /// Fills the last byte.
    fn end(&mut self, out: &mut Vec<u8>) {
        if self.count > 0 {
            let missing = 8 - self.count;
            self.put(out, (1 << missing) - 1, missing);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_the_same_for_the_same_seed_and_ends_where_it_should() {
        let one = picture(160, 120, 7);
        assert_eq!(one, picture(160, 120, 7));
        assert_ne!(one, picture(160, 120, 0x1234_5678_9abc));
        assert_eq!(one[..2], [0xff, 0xd8]);
        assert_eq!(one[one.len() - 2..], [0xff, 0xd9]);
        // Inside the picture nothing looks like a marker.
        let data = &one[one.len() - 300..one.len() - 2];
        let marker = |pair: &[u8]| pair[0] == 0xff && pair[1] != 0;
        assert!(!data.windows(2).any(marker));
    }
}
