//! A record as it stands in a pack: one line of JSON.
//!
//! What changes whenever someone looks at an account (when it was checked and
//! used) is not in it but in the index, or every backup would upload all.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sesame_domain::account::{Account, DeathCause, Health, Profile};
use sesame_domain::device::Device;
use sesame_domain::ids::{AccountId, Owner, PersonId, SessionId, TenantId};
use sesame_domain::ports::LinkedRecord;
use sesame_domain::sealed::Sealed;
use sesame_domain::time::Timestamp;

use super::{BackupError, Flaw};

/// The format of a line. A line is never changed: a new format gets a new
/// number, and the old one stays readable.
const FORMAT: u32 = 1;

#[derive(Deserialize)]
struct Head {
    format: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    format: u32,
    account: AccountId,
    tenant: TenantId,
    person: PersonId,
    name: String,
    username: Option<String>,
    language: Option<String>,
    session: SessionId,
    device: DeviceText,
    health: HealthText,
    linked_at: Timestamp,
    session_created_at: Timestamp,
    /// Packed ([`Sealed::pack`]), in base64.
    sealed: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeviceText {
    model: String,
    system_version: String,
    app_version: String,
    app_name: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state", deny_unknown_fields)]
enum HealthText {
    Alive,
    Frozen { since: Timestamp },
    Dead { cause: String, since: Timestamp },
}

/// When a record was looked at last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moments {
    pub(super) checked_at: Timestamp,
    pub(super) used_at: Timestamp,
}

/// The line of a record, without the end of the line.
pub(super) fn write(record: &LinkedRecord) -> Result<Vec<u8>, BackupError> {
    let account = &record.account;
    let sealed = record.sealed.pack().map_err(BackupError::encode)?;
    let line = Line {
        format: FORMAT,
        account: account.id,
        tenant: account.owner.tenant.clone(),
        person: account.owner.person,
        name: account.profile.name.clone(),
        username: account.profile.username.clone(),
        language: record.language.clone(),
        session: account.session,
        device: DeviceText {
            model: account.device.model.clone(),
            system_version: account.device.system_version.clone(),
            app_version: account.device.app_version.clone(),
            app_name: account.device.app_name.clone(),
        },
        health: match account.health {
            Health::Alive => HealthText::Alive,
            Health::Frozen { since } => HealthText::Frozen { since },
            Health::Dead { cause, since } => HealthText::Dead {
                cause: cause.as_str().to_owned(),
                since,
            },
        },
        linked_at: account.linked_at,
        session_created_at: record.session_created_at,
        sealed: STANDARD.encode(sealed),
    };
    serde_json::to_vec(&line).map_err(BackupError::encode)
}

/// The record of a line.
pub(super) fn read(line: &[u8], moments: Moments) -> Result<LinkedRecord, Flaw> {
    let head: Head = serde_json::from_slice(line).map_err(|_| Flaw::Malformed)?;
    if head.format != FORMAT {
        return Err(Flaw::UnknownFormat(head.format));
    }
    let line: Line = serde_json::from_slice(line).map_err(|_| Flaw::Malformed)?;
    let sealed = STANDARD.decode(&line.sealed).map_err(|_| Flaw::Malformed)?;
    let account = Account {
        id: line.account,
        owner: Owner {
            tenant: line.tenant,
            person: line.person,
        },
        profile: Profile {
            name: line.name,
            username: line.username,
        },
        session: line.session,
        device: Device {
            model: line.device.model,
            system_version: line.device.system_version,
            app_version: line.device.app_version,
            app_name: line.device.app_name,
        },
        health: health(line.health)?,
        linked_at: line.linked_at,
        checked_at: moments.checked_at,
        used_at: moments.used_at,
    };
    Ok(LinkedRecord {
        account,
        language: line.language,
        sealed: Sealed::unpack(&sealed).map_err(|_| Flaw::Malformed)?,
        session_created_at: line.session_created_at,
    })
}

fn health(text: HealthText) -> Result<Health, Flaw> {
    Ok(match text {
        HealthText::Alive => Health::Alive,
        HealthText::Frozen { since } => Health::Frozen { since },
        HealthText::Dead { cause, since } => Health::Dead {
            cause: DeathCause::from_name(&cause).ok_or(Flaw::Malformed)?,
            since,
        },
    })
}
