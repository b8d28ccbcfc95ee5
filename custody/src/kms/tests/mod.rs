//! KMS as custody uses it: against moto, which really encrypts, and against
//! prepared answers, which fail in every way that moto cannot.

mod failures;
mod fake;
mod making;
mod opening;
mod remembering;
mod requests;
mod silence;

use std::sync::Arc;

use chrono::DateTime;
use secrecy::SecretString;
use sesame_domain::ids::{Owner, PersonId};
use sesame_domain::keys::{KeyState, KeyVersion, Provider};
use sesame_domain::random::SystemEntropy;
use sesame_domain::sealed::{Binding, Purpose};
use uuid::Uuid;

use super::{KmsProvider, KmsSettings};
use crate::provider::Made;

/// Settings with credentials of their own, for a server on this machine.
fn settings(url: &str, key: &str) -> KmsSettings {
    KmsSettings {
        endpoint: Some(url.parse().unwrap()),
        access_key_id: Some("AKIDEXAMPLE".to_owned()),
        secret_access_key: Some(SecretString::from("the secret of the access key")),
        ..KmsSettings::new(key, "eu-central-1")
    }
}

async fn connect(settings: KmsSettings) -> KmsProvider {
    KmsProvider::connect(settings, Arc::new(SystemEntropy))
        .await
        .unwrap()
}

fn version(made: Made) -> KeyVersion {
    KeyVersion {
        number: 1,
        id: made.id,
        provider: Provider::AwsKms,
        reference: made.reference,
        state: KeyState::Active,
        created_at: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
        encryptions: 0,
        handover: None,
    }
}

fn binding() -> Binding {
    Binding {
        owner: Owner {
            tenant: "default".parse().unwrap(),
            person: PersonId(777_000_123),
        },
        subject: Uuid::from_u128(7),
        purpose: Purpose::Session,
    }
}

/// A binding like [`binding`], different in one field.
fn other(change: impl FnOnce(&mut Binding)) -> Binding {
    let mut other = binding();
    change(&mut other);
    other
}
