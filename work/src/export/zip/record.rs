//! The records between the files of an archive (PKWARE's APPNOTE 6.3).

use chrono::{Datelike as _, NaiveDateTime, Timelike as _};

use super::ZipEntry;

/// A short number that says "see the long form".
const LONG_32: u32 = u32::MAX;
const LONG_16: u16 = u16::MAX;
/// Names are UTF-8.
const UTF_8: u16 = 1 << 11;
/// What it takes to unpack: files as they are, or the long forms.
const PLAIN: u16 = 10;
const ZIP64: u16 = 45;
/// Made on Unix, so that the mode counts; by the same version.
const MADE_BY: u16 = 3 << 8 | ZIP64;
/// A usual file that only its owner reads and writes.
const MODE: u32 = 0o100_600 << 16;
/// The field with the long forms.
const LONG_FIELD: u16 = 1;

/// What stands before an entry's content.
pub(super) fn before(entry: &ZipEntry) -> Vec<u8> {
    let is_long = short(entry.size).is_none();
    let size = short(entry.size).unwrap_or(LONG_32);
    let mut out = Vec::new();
    put32(&mut out, 0x0403_4b50);
    put16(&mut out, if is_long { ZIP64 } else { PLAIN });
    common(&mut out, entry, size);
    put16(&mut out, if is_long { 20 } else { 0 });
    out.extend_from_slice(entry.path.as_bytes());
    if is_long {
        put16(&mut out, LONG_FIELD);
        put16(&mut out, 16);
        put64(&mut out, entry.size);
        put64(&mut out, entry.size);
    }
    out
}

/// An entry in the list at the end, for what begins there.
pub(super) fn listed(entry: &ZipEntry, begins: u64) -> Vec<u8> {
    let size = short(entry.size);
    let offset = short(begins);
    let mut long = Vec::new();
    if size.is_none() {
        put64(&mut long, entry.size);
        put64(&mut long, entry.size);
    }
    if offset.is_none() {
        put64(&mut long, begins);
    }
    let mut out = Vec::new();
    put32(&mut out, 0x0201_4b50);
    put16(&mut out, MADE_BY);
    put16(&mut out, if long.is_empty() { PLAIN } else { ZIP64 });
    common(&mut out, entry, size.unwrap_or(LONG_32));
    put16(
        &mut out,
        if long.is_empty() {
            0
        } else {
            to16(long.len()) + 4
        },
    );
    // No comment, the first disk, no attributes within.
    put16(&mut out, 0);
    put16(&mut out, 0);
    put16(&mut out, 0);
    put32(&mut out, MODE);
    put32(&mut out, offset.unwrap_or(LONG_32));
    out.extend_from_slice(entry.path.as_bytes());
    if !long.is_empty() {
        put16(&mut out, LONG_FIELD);
        put16(&mut out, to16(long.len()));
        out.extend_from_slice(&long);
    }
    out
}

/// The end: how many entries there are, and where the list of them is.
pub(super) fn end(entries: usize, begins: u64, length: u64) -> Vec<u8> {
    let count = u16::try_from(entries)
        .ok()
        .filter(|count| *count != LONG_16);
    let shorts = (count, short(begins), short(length));
    let mut out = Vec::new();
    if let (None, ..) | (_, None, _) | (.., None) = shorts {
        let entries = u64::try_from(entries).unwrap_or(u64::MAX);
        put32(&mut out, 0x0606_4b50);
        put64(&mut out, 44);
        put16(&mut out, MADE_BY);
        put16(&mut out, ZIP64);
        put32(&mut out, 0);
        put32(&mut out, 0);
        put64(&mut out, entries);
        put64(&mut out, entries);
        put64(&mut out, length);
        put64(&mut out, begins);
        // Where that is.
        put32(&mut out, 0x0706_4b50);
        put32(&mut out, 0);
        put64(&mut out, begins.saturating_add(length));
        put32(&mut out, 1);
    }
    let (count, begins, length) = shorts;
    put32(&mut out, 0x0605_4b50);
    put16(&mut out, 0);
    put16(&mut out, 0);
    put16(&mut out, count.unwrap_or(LONG_16));
    put16(&mut out, count.unwrap_or(LONG_16));
    put32(&mut out, length.unwrap_or(LONG_32));
    put32(&mut out, begins.unwrap_or(LONG_32));
    put16(&mut out, 0);
    out
}

/// What both records of an entry have alike.
fn common(out: &mut Vec<u8>, entry: &ZipEntry, size: u32) {
    put16(out, UTF_8);
    // Stored as it is.
    put16(out, 0);
    let (time, date) = dos(entry.modified);
    put16(out, time);
    put16(out, date);
    put32(out, entry.crc32);
    put32(out, size);
    put32(out, size);
    put16(out, to16(entry.path.len()));
}

/// A number that fits the short form.
fn short(number: u64) -> Option<u32> {
    u32::try_from(number)
        .ok()
        .filter(|number| *number != LONG_32)
}

/// Paths and fields are checked to be shorter than that.
fn to16(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(LONG_16)
}

/// A moment as archives have it: to two seconds, from 1980 to 2107.
fn dos(at: NaiveDateTime) -> (u16, u16) {
    let year = at.year().clamp(1980, 2107) - 1980;
    let date = to_u16(year) << 9 | to_u16(at.month()) << 5 | to_u16(at.day());
    let time = to_u16(at.hour()) << 11 | to_u16(at.minute()) << 5 | (to_u16(at.second()) / 2);
    (time, date)
}

fn to_u16(number: impl TryInto<u16>) -> u16 {
    number.try_into().unwrap_or_default()
}

fn put16(out: &mut Vec<u8>, number: u16) {
    out.extend_from_slice(&number.to_le_bytes());
}

fn put32(out: &mut Vec<u8>, number: u32) {
    out.extend_from_slice(&number.to_le_bytes());
}

fn put64(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(&number.to_le_bytes());
}
