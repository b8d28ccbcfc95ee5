//! Which files of a message are wanted.

use sesame_domain::export::ExportChoice;
use sesame_domain::reading::{AttachedFile, FileKey, FileRole, MediaFile, MessageRecord};

use super::ledger::{Entry, Ledger};
use crate::export::LeftOut;

/// What is to be noted of the files of a message that are met for the first time.
pub(super) fn met(
    record: &MessageRecord,
    choice: &ExportChoice,
    ledger: &Ledger,
) -> Vec<(FileKey, Entry)> {
    let new = record.files.iter().filter_map(|attached| {
        // What a message only points at is not part of it.
        if attached.role == FileRole::Preview {
            return None;
        }
        let key = attached.key();
        let entry = match left_out(attached, record, choice) {
            Some(why) => Entry::LeftOut(why, None),
            None => Entry::Wanted(record.id),
        };
        ledger.get(key).is_none().then_some((key, entry))
    });
    new.collect()
}

fn left_out(
    attached: &AttachedFile,
    record: &MessageRecord,
    choice: &ExportChoice,
) -> Option<LeftOut> {
    if attached.role == FileRole::Thumbnail {
        // With what it is a picture of.
        let of = |other: &&AttachedFile| {
            other.role != FileRole::Thumbnail && other.file.location.id == attached.file.location.id
        };
        let of = record.files.iter().find(of);
        return of.and_then(|of| left_out(of, record, choice));
    }
    left_out_of_kind(&attached.file, choice)
}

/// Why a file is left out, by its kind and size.
pub(super) fn left_out_of_kind(file: &MediaFile, choice: &ExportChoice) -> Option<LeftOut> {
    if !choice.media.has(file.kind) {
        Some(LeftOut::Kind)
    } else if !choice.allows_size(file) {
        Some(LeftOut::Size)
    } else {
        None
    }
}
