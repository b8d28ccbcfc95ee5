//! Files: implements [`ReadMedia`].

use async_trait::async_trait;
use grammers_tl_types::{enums, functions, types};
use sesame_domain::account::Account;
use sesame_domain::audit::AccessPurpose;
use sesame_domain::ports::ReadMedia;
use sesame_domain::reading::{
    FILE_PART_MAX, FileKind, FileLocation, FilePart, ReadError, RemoteFile,
};

use crate::gate::{CallPolicy, Move, TelegramError};

use super::Reader;
use super::error::meaning;
use super::history::named;
use super::reading::Reading;
use super::record_files::files_of;

/// Parts are made of these.
const GRAIN: u32 = 4096;

#[async_trait]
impl ReadMedia for Reader {
    async fn part(
        &self,
        account: &Account,
        file: &mut RemoteFile,
        offset: u64,
        length: u32,
    ) -> Result<FilePart, ReadError> {
        if !is_part(offset, length) {
            return Err(ReadError::FilePart { offset, length });
        }
        let reading = Reading::open(
            self,
            account,
            &AccessPurpose::ReadMedia,
            CallPolicy::BACKGROUND,
        )
        .await?;
        match fetch(&reading, &file.location, offset, length).await {
            Err(ReadError::FileReferenceExpired) => {
                file.location = renewed(&reading, file).await?;
                fetch(&reading, &file.location, offset, length).await
            }
            other => other,
        }
    }
}

/// Whether Telegram gives such a part.
fn is_part(offset: u64, length: u32) -> bool {
    let divides = (GRAIN..=FILE_PART_MAX).contains(&length) && length.is_power_of_two();
    // Then no part crosses a multiple of 1 MiB.
    divides && offset.is_multiple_of(length.into()) && i64::try_from(offset).is_ok()
}

async fn fetch(
    reading: &Reading<'_>,
    location: &FileLocation,
    offset: u64,
    length: u32,
) -> Result<FilePart, ReadError> {
    let bytes = part_of(reading, location.dc, input(location), offset, length).await?;
    Ok(FilePart { bytes })
}

/// A small file as a whole: no longer than a part can be.
pub(super) async fn first_part(
    reading: &Reading<'_>,
    dc: i32,
    location: enums::InputFileLocation,
) -> Result<Vec<u8>, ReadError> {
    part_of(reading, dc, location, 0, FILE_PART_MAX).await
}

async fn part_of(
    reading: &Reading<'_>,
    dc: i32,
    location: enums::InputFileLocation,
    offset: u64,
    length: u32,
) -> Result<Vec<u8>, ReadError> {
    let request = functions::upload::GetFile {
        precise: false,
        // Without it Telegram gives everything itself.
        cdn_supported: false,
        location,
        offset: i64::try_from(offset).unwrap_or(i64::MAX),
        limit: i32::try_from(length).unwrap_or(i32::MAX),
    };
    match fetch_in(reading, dc, &request).await? {
        enums::upload::File::File(part) => Ok(part.bytes),
        enums::upload::File::CdnRedirect(_) => {
            Err(ReadError::FileUnavailable("FILE_CDN_REDIRECT".to_owned()))
        }
    }
}

/// Fetches from the data centre that keeps the file. The account is signed in
/// at home only: elsewhere its login is brought along first
/// (<https://core.telegram.org/api/datacenter#authorization-transfer>).
async fn fetch_in(
    reading: &Reading<'_>,
    dc: i32,
    request: &functions::upload::GetFile,
) -> Result<enums::upload::File, ReadError> {
    match try_in(reading, dc, request).await? {
        Tried::Given(part) => Ok(part),
        // It was moved since its message was read. Once is enough: it is
        // somewhere.
        Tried::Moved(to) => match try_in(reading, to, request).await? {
            Tried::Given(part) => Ok(part),
            Tried::Moved(_) => Err(ReadError::FileUnavailable(Move::File.name().to_owned())),
        },
    }
}

/// What came of asking a data centre for a part of a file.
enum Tried {
    Given(enums::upload::File),
    /// Another one has it.
    Moved(i32),
}

async fn try_in(
    reading: &Reading<'_>,
    dc: i32,
    request: &functions::upload::GetFile,
) -> Result<Tried, ReadError> {
    let is_home = dc == reading.home();
    let mut answer = reading.call_in(dc, request).await;
    if !is_home && answer == Err(TelegramError::Unregistered) {
        bring_login(reading, dc).await?;
        answer = reading.call_in(dc, request).await;
    }
    match answer {
        Ok(part) => Ok(Tried::Given(part)),
        Err(TelegramError::Moved {
            what: Move::File,
            dc: Some(to),
        }) => Ok(Tried::Moved(to)),
        Err(error) if is_home => Err(reading.at_home(error)),
        Err(error) => Err(away(error)),
    }
}

/// What an error away from home means: the session itself is well.
fn away(error: TelegramError) -> ReadError {
    match error {
        TelegramError::Unregistered | TelegramError::Lost(_) => {
            ReadError::Temporary("the login is not known in the file's data centre".to_owned())
        }
        other => meaning(other),
    }
}

async fn bring_login(reading: &Reading<'_>, dc: i32) -> Result<(), ReadError> {
    let export = functions::auth::ExportAuthorization { dc_id: dc };
    let exported = reading.bare_in(reading.home(), &export).await;
    let enums::auth::ExportedAuthorization::Authorization(exported) =
        exported.map_err(|error| reading.at_home(error))?;
    let import = functions::auth::ImportAuthorization {
        id: exported.id,
        bytes: exported.bytes,
    };
    reading.bare_in(dc, &import).await.map_err(away)?;
    Ok(())
}

/// Where the file is by what its message says now.
async fn renewed(reading: &Reading<'_>, file: &RemoteFile) -> Result<FileLocation, ReadError> {
    let messages = named(reading, file.dialog, &[file.message]).await?;
    let files = messages.messages.iter().flat_map(files_of);
    // Another file may be in its place by now: an edited message.
    let mut same = files.filter(|found| found.key() == file.location.key());
    let found = same.next().ok_or(ReadError::FileReferenceExpired)?;
    Ok(found.file.location)
}

fn input(location: &FileLocation) -> enums::InputFileLocation {
    let FileLocation {
        id,
        kind,
        access_hash,
        reference,
        ..
    } = location.clone();
    let document = |thumb_size| types::InputDocumentFileLocation {
        id,
        access_hash,
        file_reference: reference.clone(),
        thumb_size,
    };
    match kind {
        FileKind::Document => document(String::new()).into(),
        FileKind::Thumbnail { size } => document(size).into(),
        FileKind::Photo { size } => {
            enums::InputFileLocation::InputPhotoFileLocation(types::InputPhotoFileLocation {
                id,
                access_hash,
                file_reference: reference,
                thumb_size: size,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_parts_that_telegram_gives_are_asked_for() {
        let whole = u64::from(FILE_PART_MAX);
        for (offset, length) in [(0, GRAIN), (whole, FILE_PART_MAX), (8192, 8192)] {
            assert!(is_part(offset, length), "{offset} {length}");
        }
        for (offset, length) in [
            (0, 0),
            (0, 1024),
            (0, 12_288),
            (4096, 8192),
            (1, GRAIN),
            (0, 2 * FILE_PART_MAX),
            (u64::MAX - 4095, GRAIN),
        ] {
            assert!(!is_part(offset, length), "{offset} {length}");
        }
    }
}
